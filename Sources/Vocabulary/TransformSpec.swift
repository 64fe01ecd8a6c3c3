// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which semantic-invariant transformation a cell applies, with every parameter spelled out.
///
/// `name` and `parameters` are its canonical text: equal transformations have equal texts, and
/// `init(name:parameters:)` reads the text back. Cell ids, the wire, the store and exports all use that text.
public enum TransformSpec: Hashable, Sendable {
    /// The image as it is.
    case identity
    /// The image shifted by whole pixels.
    case translate(Translation)
    /// The image with noise added to its pixels (paper, Eq. 6).
    case noise(Noise)
    /// The image whose latent factors are scaled, by default to zero, before it is decoded again (paper, Algorithm 1).
    case zeroLatents(LatentZeroing)
}

/// A shift by whole pixels; positive `dx` is to the right, positive `dy` is down.
public struct Translation: Hashable, Sendable {
    /// What stands in the vacated pixels.
    public enum Fill: String, Hashable, Sendable, CaseIterable {
        /// Black.
        case zero
        /// The nearest pixel of the image's edge.
        case edge
        /// The pixels that left on the other side.
        case wrap
    }

    /// Whether the data set's own image is shifted or the one the model sees.
    public enum Stage: String, Hashable, Sendable, CaseIterable {
        /// The data set's image, before it is resized.
        case beforeResize = "before-resize"
        /// The image the model sees.
        case afterResize = "after-resize"
    }

    /// Columns to the right.
    public var dx: Int
    /// Rows down.
    public var dy: Int
    /// What stands in the vacated pixels.
    public var fill: Fill
    /// Which image is shifted.
    public var stage: Stage

    /// A shift of the image the model sees, filled with black unless said otherwise.
    public init(dx: Int = 0, dy: Int = 0, fill: Fill = .zero, stage: Stage = .afterResize) {
        self.dx = dx
        self.dy = dy
        self.fill = fill
        self.stage = stage
    }
}

/// Noise added to pixels scaled to [0, 1), before dequantisation.
///
/// x + ε·m⊙n, the paper's Eq. 6.
public struct Noise: Hashable, Sendable {
    /// The distribution of n.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// N(0, 1).
        case gaussian
        /// 1/256 + N(0, 1).
        case offsetGaussian = "offset-gaussian"
        /// Uniform on [−1/256, 0).
        case negativeUniform = "negative-uniform"
    }

    /// Which pixels receive noise.
    public enum Mask: String, Hashable, Sendable, CaseIterable {
        /// All of them.
        case none
        /// Those with x < 0.3 before the noise.
        case background
        /// Those with x ≥ 0.3 before the noise.
        case foreground
    }

    /// The distribution of n.
    public var kind: Kind
    /// ε, in units of the [0, 1) pixel scale.
    public var scale: Double
    /// Which pixels receive noise.
    public var mask: Mask
    /// Whether the noisy pixels are clamped to [0, 255/256].
    public var clamp: Bool
    /// Whether the noisy pixels are rounded to the nearest of the 256 levels (which clamps them too).
    public var requantise: Bool

    /// Unmasked, unclamped noise unless said otherwise.
    public init(
        kind: Kind = .gaussian,
        scale: Double,
        mask: Mask = .none,
        clamp: Bool = false,
        requantise: Bool = false
    ) {
        self.kind = kind
        self.scale = scale
        self.mask = mask
        self.clamp = clamp
        self.requantise = requantise
    }
}

/// Standardised latents scaled by `alpha` before decoding; the decoded image is scored again with the same network.
public struct LatentZeroing: Hashable, Sendable {
    /// Which of the model's levels are scaled; level 1 is the first factored out.
    public enum Levels: Hashable, Sendable {
        /// Levels 1…k.
        case first(Int)
        /// Level k alone.
        case only(Int)
    }

    /// Which levels are scaled.
    public var levels: Levels
    /// The factor; 0 removes the latents, 1 leaves the image as it was.
    public var alpha: Double
    /// Whether the decoded pixels are clamped to the model's input range before they are scored.
    public var clamp: Bool
    /// Whether the decoded pixels are rounded to 8 bits and dequantised again with the image's own noise.
    public var requantise: Bool

    /// Latents set to zero, the decoded image scored as it is, unless said otherwise.
    public init(levels: Levels, alpha: Double = 0, clamp: Bool = false, requantise: Bool = false) {
        self.levels = levels
        self.alpha = alpha
        self.clamp = clamp
        self.requantise = requantise
    }
}
