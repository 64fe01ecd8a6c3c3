// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Covers squares with one grey level.
extension Occlusion: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        var pixels = image.pixels
        let (width, channels) = (image.shape.width, image.shape.channels)
        let columns = (0..<width).filter { isCovered($0, from: x) }
        for row in 0..<image.shape.height where isCovered(row, from: y) {
            for column in columns {
                let first = (row * width + column) * channels
                for value in first..<first + channels { pixels[value] = UInt8(grey) }
            }
        }
        return ByteImage(image.shape, pixels: pixels)
    }

    /// Whether a row or a column is one of a square's, the first of which begins at `start`.
    private func isCovered(_ position: Int, from start: Int) -> Bool {
        let distance = position - start
        let within = every == 0 ? distance : (distance % every + every) % every
        return (0..<size).contains(within)
    }
}
