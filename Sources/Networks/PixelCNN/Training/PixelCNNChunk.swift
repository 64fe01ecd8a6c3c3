// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// Some images of a batch, what a pass over them works in, and what it drops.
struct PixelCNNChunk: Sendable {
    /// (images, H, W, 1).
    let images: RowView
    let maps: PixelCNNTrainingMaps
    let dropout: Dropout?
    let workspace: TrainingWorkspace
}

/// A batch's images, cut into chunks of ``PixelCNNTrainer/chunkSize``.
struct PixelCNNBatch: Sendable {
    /// (images, H, W, 1).
    let images: RowView
    /// Number of images.
    let count: Int
    private let pixels: Int
    private let probability256: Int
    private let seed: UInt64
    private let step: Int

    /// The images of `batch`, of which elements are dropped with that probability in 256ths.
    init(_ batch: TrainingBatch, _ configuration: PixelCNNConfiguration, probability256: Int) {
        pixels = configuration.dimensions
        precondition(
            !batch.images.isEmpty && batch.images.count % pixels == 0,
            "\(batch.images.count) numbers are no images of \(pixels)"
        )
        images = RowView(AlignedBuffer(batch.images), rows: batch.images.count, channels: 1)
        count = batch.images.count / pixels
        self.probability256 = probability256
        seed = batch.seed
        step = batch.step
    }

    /// Number of chunks.
    var chunks: Int { (count + PixelCNNTrainer.chunkSize - 1) / PixelCNNTrainer.chunkSize }

    /// The images of chunk `index`.
    func range(_ index: Int) -> Range<Int> {
        index * PixelCNNTrainer.chunkSize..<min((index + 1) * PixelCNNTrainer.chunkSize, count)
    }

    /// The images of `range`, with what is dropped of them.
    func chunk(_ range: Range<Int>, _ maps: PixelCNNTrainingMaps, _ workspace: TrainingWorkspace) -> PixelCNNChunk {
        PixelCNNChunk(
            images: images.rows(range.lowerBound * pixels..<range.upperBound * pixels),
            maps: maps,
            dropout: Dropout(probability256: probability256, seed: seed, step: step, firstImage: range.lowerBound),
            workspace: workspace
        )
    }
}
