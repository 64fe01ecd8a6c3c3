// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One 8-bit image, [H][W][C], the channel fastest.
public struct ByteImage: Hashable, Sendable {
    /// Rows, columns and channels.
    public let shape: ImageShape
    /// `shape.count` values.
    public let pixels: [UInt8]

    /// An image; `pixels` has `shape.count` values.
    public init(_ shape: ImageShape, pixels: [UInt8]) {
        precondition(pixels.count == shape.count, "\(pixels.count) values for an image of \(shape)")
        self.shape = shape
        self.pixels = pixels
    }
}
