// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// Shifts by whole pixels, of the data set's image or of the one the model sees (paper, section on translation).
extension Translation: StagedTransform {
    package func changed(_ image: ByteImage) -> ByteImage {
        let shape = image.shape
        let rows = origins(shift: dy, count: shape.height)
        let columns = origins(shift: dx, count: shape.width)
        var pixels = [UInt8](repeating: 0, count: shape.count)
        for (y, row) in rows.enumerated() {
            for (x, column) in columns.enumerated() {
                guard let row, let column else { continue }
                let from = (row * shape.width + column) * shape.channels
                let to = (y * shape.width + x) * shape.channels
                for channel in 0..<shape.channels { pixels[to + channel] = image.pixels[from + channel] }
            }
        }
        return ByteImage(shape, pixels: pixels)
    }

    /// Where each of `count` positions comes from; nil where it is filled with black.
    private func origins(shift: Int, count: Int) -> [Int?] {
        // A shift may be any integer: brought into range first, it cannot overflow.
        let near = fill == .wrap ? shift % count : min(max(shift, -count), count)
        return (0..<count).map { position in fill.position(position - near, count: count) }
    }
}
