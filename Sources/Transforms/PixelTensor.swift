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
    /// What of `values` is dequantisation, u on [0, 1) for each pixel, where they are those of an image that was decoded
    /// from latents and not re-quantised; nil where dequantisation is still to come.
    package internal(set) var dequantisation: [Float]?

    /// The pixels of an 8-bit image.
    public init(_ image: ByteImage, scale: PixelScale) {
        shape = image.shape
        self.scale = scale
        values = image.pixels.map(scale.pixel)
    }

    /// Numbers on a pixel scale, `shape.count` of them, with what of them is dequantisation where that is in them.
    package init(_ values: [Float], shape: ImageShape, scale: PixelScale, dequantisation: [Float]? = nil) {
        (self.shape, self.scale, self.values, self.dequantisation) = (shape, scale, values, dequantisation)
    }

    /// Moves every pixel to the level that it belongs to; NaN stays what it is.
    ///
    /// That is the nearest one, and of pixels that hold their dequantisation the one below. No clamp counts: the cells at
    /// both ends are those of all that lies beyond them.
    package mutating func moveToLevels() {
        let top = scale.levels * scale.brightest
        values = values.map { value in
            let level = level(of: value)
            return level.isNaN ? level : max(0, min(level, top)) / scale.levels
        }
        dequantisation = nil
    }

    /// What a model is given: the pixels on its input scale, dequantised as far as they are not yet.
    package func modelValues(_ draws: ImageDraws, _ estimate: LikelihoodEstimate, draw: Int) -> [Float] {
        switch scale {
        case .dequantised where dequantisation != nil:
            values.map { $0 - 0.5 }
        case .dequantised:
            zip(values, draws.dequantisation(values.count, estimate, draw: draw)).map { x, u in x - 0.5 + u / 256 }
        case .symmetric:
            values.map { ($0 - 0.5) * 2 }
        }
    }

    /// The level that a value belongs to, unclamped; may be beyond the 8-bit range.
    func level(of value: Float) -> Float {
        // The lower end, not the nearest: a pixel v with its dequantisation is spread over [v, v + 1).
        dequantisation == nil ? scale.nearestLevel(value) : (value * scale.levels).rounded(.down)
    }

    /// Does to pixels that are all on levels what `change` does to the 8-bit image that they are.
    ///
    /// An image with a pixel that is no number is no 8-bit image: all its pixels are NaN then, so that its likelihood is,
    /// and counts as such.
    mutating func changeBytes(_ change: (ByteImage) -> ByteImage) {
        guard values.allSatisfy(\.isFinite) else {
            values = values.map { _ in .nan }
            return
        }
        let top = scale.levels * scale.brightest
        let bytes = values.map { UInt8(max(0, min(level(of: $0), top))) }
        values = change(ByteImage(shape, pixels: bytes)).pixels.map(scale.pixel)
        dequantisation = nil
    }
}
