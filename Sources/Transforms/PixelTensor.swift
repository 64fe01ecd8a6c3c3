// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Vocabulary

/// One image as numbers on a model's pixel scale, before dequantisation: [H][W][C].
public struct PixelTensor: Sendable {
    /// Rows, columns and channels.
    public let shape: ImageShape
    /// The scale of `values`.
    public let scale: PixelScale
    /// `shape.count` pixels.
    public internal(set) var values: [Float]
    /// How many values a clamp has changed.
    public internal(set) var clamped = 0

    /// The pixels of an 8-bit image.
    public init(_ image: ByteImage, scale: PixelScale) {
        shape = image.shape
        self.scale = scale
        values = image.pixels.map(scale.pixel)
    }

    /// Moves every pixel to the nearest of the 256 levels; NaN stays what it is.
    ///
    /// No clamp counts: the cells at both ends are those of all that lies beyond them.
    mutating func moveToLevels() {
        let top = scale.levels * scale.brightest
        values = values.map { value in
            let level = scale.nearestLevel(value)
            return level.isNaN ? level : max(0, min(level, top)) / scale.levels
        }
    }
}
