// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets

/// Images as a model sees them: resized, transformed, on the scale of its pixels, without dequantisation noise where the
/// image was not decoded from latents.
public struct ModelView: Hashable, Sendable {
    /// Rows, columns and channels of each image.
    public let shape: ImageShape
    /// Per image `shape.count` numbers, [H][W][C]; 0 is black and 1 is white, and a transformation may leave that range.
    public let images: [[Float]]
    /// The number of the brightest 8-bit pixel: 255/256 or 1.
    public let white: Float

    /// The images on 0…255, what is beyond moved to the end of the range and what is no number to black.
    public var bytes: [[UInt8]] {
        images.map { image in
            image.map { value in value.isFinite ? UInt8(max(0, min(255, (value * 256).rounded(.down)))) : 0 }
        }
    }
}
