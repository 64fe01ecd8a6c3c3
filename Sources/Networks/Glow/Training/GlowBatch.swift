// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// A batch's images and labels, cut into chunks.
struct GlowBatch: Sendable {
    /// (images, rows, columns, channels).
    let images: RowView
    /// One entry per image; zeros where the model has no classes.
    let labels: [Int]
    private let pixels: Int
    private let size: Int

    init(_ batch: TrainingBatch, _ configuration: GlowConfiguration, size: Int) {
        let images = batch.images.count / configuration.dimensions
        precondition(
            images > 0 && images * configuration.dimensions == batch.images.count,
            "\(batch.images.count) numbers are no images of \(configuration.dimensions)"
        )
        labels = configuration.classes > 0 ? batch.labels : [Int](repeating: 0, count: images)
        precondition(labels.count == images, "\(labels.count) labels for \(images) images")
        precondition(labels.allSatisfy { 0..<max(configuration.classes, 1) ~= $0 }, "a label is no class of the model")
        pixels = configuration.height * configuration.width
        self.size = size
        self.images = RowView(
            AlignedBuffer(batch.images),
            rows: images * pixels,
            channels: configuration.channels
        )
    }

    /// Number of chunks.
    var count: Int { (labels.count + size - 1) / size }

    /// The images of chunk `index`.
    func range(_ index: Int) -> Range<Int> { index * size..<min((index + 1) * size, labels.count) }

    /// The pixels of the images in `range`.
    func pixels(_ range: Range<Int>) -> RowView {
        images.rows(range.lowerBound * pixels..<range.upperBound * pixels)
    }
}
