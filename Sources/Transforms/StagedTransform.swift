// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
package import Vocabulary

/// A transformation of 8-bit images: of the data set's own, or of those that models see.
package protocol StagedTransform: Transform, AppliedTransform {
    /// Which image is changed.
    var stage: TransformStage { get }

    /// What becomes of an image; it keeps its size.
    func changed(_ image: ByteImage) -> ByteImage
}

extension StagedTransform {
    /// The changed image, when it is changed before the resize.
    public func transformed(source image: ByteImage) -> ByteImage {
        stage == .beforeResize ? changed(image) : image
    }

    /// The changed image, when it is changed after the resize.
    public func transformed(resized image: ByteImage) -> ByteImage {
        stage == .afterResize ? changed(image) : image
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

    /// The image whose values are what `level` makes of this one's, those beyond 0 to 255 moved to the end of the range.
    func mapped(_ level: (Int) -> Int) -> ByteImage {
        let table = (0...255).map { UInt8(clamping: level($0)) }
        return ByteImage(shape, pixels: pixels.map { table[Int($0)] })
    }
}

extension ImageSurroundings {
    /// Which of `count` positions in a row or a column stands for `position`, which may be beyond them; nil for black.
    func position(_ position: Int, count: Int) -> Int? {
        switch self {
        case .zero: (0..<count).contains(position) ? position : nil
        case .edge: min(max(position, 0), count - 1)
        case .wrap: (position % count + count) % count
        }
    }
}
