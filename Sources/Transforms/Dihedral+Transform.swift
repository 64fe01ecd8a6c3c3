// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Vocabulary

/// Rotates and reflects the data set's image or the one the model sees.
extension Dihedral: Transform, AppliedTransform {
    /// The mapped image, when it is mapped before the resize.
    public func transformed(source image: ByteImage) -> ByteImage {
        stage == .beforeResize ? mapped(image) : image
    }

    /// The mapped image, when it is mapped after the resize.
    public func transformed(resized image: ByteImage) -> ByteImage {
        stage == .afterResize ? mapped(image) : image
    }

    private func mapped(_ image: ByteImage) -> ByteImage {
        let (height, width) = (image.shape.height, image.shape.width)
        return image.rearranged { y, x in
            switch map {
            case .rotate90: (x, width - 1 - y)
            case .rotate180: (height - 1 - y, width - 1 - x)
            case .rotate270: (height - 1 - x, y)
            case .mirror: (y, width - 1 - x)
            case .flip: (height - 1 - y, x)
            case .transpose: (x, y)
            case .antiTranspose: (height - 1 - x, width - 1 - y)
            }
        }
    }
}

extension ByteImage {
    /// The image whose pixel at (y, x) is this one's at `origin(y, x)`, all channels together.
    func rearranged(_ origin: (_ y: Int, _ x: Int) -> (y: Int, x: Int)) -> ByteImage {
        var moved: [UInt8] = []
        moved.reserveCapacity(shape.count)
        for y in 0..<shape.height {
            for x in 0..<shape.width {
                let (row, column) = origin(y, x)
                let first = (row * shape.width + column) * shape.channels
                moved += pixels[first..<first + shape.channels]
            }
        }
        return ByteImage(shape, pixels: moved)
    }
}
