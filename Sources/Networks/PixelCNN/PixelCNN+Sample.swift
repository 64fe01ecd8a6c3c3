// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

extension PixelCNN {
    /// Images drawn from the model, pixel after pixel.
    ///
    /// Activations are kept: before a line, the u stream is computed for that line; before a pixel, the ul stream for
    /// that pixel. Every activation is computed once, in all about as much work as scoring the images, and has the bits
    /// it has in a pass over the finished image.
    ///
    /// - Parameters:
    ///   - count: Number of images.
    ///   - seed: With the image's index it decides the image.
    ///   - firstIndex: Index of the first image.
    /// - Returns: (images, rows, columns, 1) in [-1, 1], not rounded to 8-bit levels.
    public func sample(count: Int, seed: UInt64, firstIndex: UInt64 = 0) -> [Float] {
        let size = configuration.dimensions
        let result = Mutex([Float](repeating: 0, count: count * size))
        // A chunk keeps all activations of its images, some 31 MB each in the paper's configuration.
        let chunkSize = max(1, min(4, (count + pool.threads - 1) / pool.threads))
        pool.forEach((count + chunkSize - 1) / chunkSize) { index, _ in
            let range = index * chunkSize..<min((index + 1) * chunkSize, count)
            let streams = range.map {
                RandomStream(seed: seed, purpose: .sampling, index: firstIndex &+ UInt64($0))
            }
            let images = self.draw(streams)
            result.withLock { $0.replaceSubrange(range.lowerBound * size..<range.upperBound * size, with: images) }
        }
        return result.withLock { $0 }
    }

    /// Draws an image from each stream.
    private func draw(_ streams: [RandomStream]) -> [Float] {
        let pixels = configuration.size(0).pixels
        let draws = mixture.components + 1
        let uniforms = streams.map { $0.uniforms(pixels * draws) }
        let workspace = makeWorkspace(images: streams.count)
        var buffers: [AlignedBuffer] = []
        let maps = PixelCNNMaps(configuration, images: streams.count, for: .sampling, buffers: &buffers)
        let images = RowView(AlignedBuffer(count: streams.count * pixels), rows: streams.count * pixels, channels: 1)
        for row in 0..<configuration.height {
            forwardU(images, maps, .line(row, workspace))
            for column in 0..<configuration.width {
                forwardUL(images, maps, .pixel(row: row, column: column, workspace))
                let pixel = row * configuration.width + column
                for image in streams.indices {
                    let numbers = uniforms[image][pixel * draws..<(pixel + 1) * draws]
                    let place = image * pixels + pixel
                    images.buffer[place] = mixture.draw(maps.logits, row: place, uniforms: numbers)
                }
            }
        }
        return images.elements
    }
}
