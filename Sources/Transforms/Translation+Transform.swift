// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Vocabulary

/// Shifts by whole pixels, of the data set's image or of the one the model sees (paper, section on translation).
extension Translation: Transform, AppliedTransform {
    /// The shifted image, when the shift comes before the resize.
    public func transformed(source image: ByteImage) -> ByteImage {
        stage == .beforeResize ? shifted(image) : image
    }

    /// The shifted image, when the shift comes after the resize.
    public func transformed(resized image: ByteImage) -> ByteImage {
        stage == .afterResize ? shifted(image) : image
    }

    private func shifted(_ image: ByteImage) -> ByteImage {
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
        return (0..<count).map { position in
            let origin = position - near
            return switch fill {
            case .zero: (0..<count).contains(origin) ? origin : nil
            case .edge: min(max(origin, 0), count - 1)
            case .wrap: (origin + count) % count
            }
        }
    }
}
