// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
        /// Uniform on [−1, 1).
        case uniform
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

extension Noise: ParameterisedTransform {
    package static let name = "noise"
    package static let orderKeys = ["mask", "requantise"]
    package static let summary = "Random noise added to the pixels: the paper's equation 6."
    package static let parameters = [
        TransformParameter(
            "kind",
            .choice(Kind.self),
            standard: ParameterDomain.code(Kind.gaussian),
            "The noise's distribution: N(0, 1), 1/256 + N(0, 1), uniform on [-1/256, 0), or on [-1, 1)."
        ),
        TransformParameter(
            "scale",
            .real(0...1e6),
            standard: nil,
            "What the noise is multiplied by, on pixels in [0, 1)."
        ),
        Mask.parameter,
        .clamp,
        .requantise,
    ]

    package var codes: [UInt64] {
        [
            ParameterDomain.code(kind), ParameterDomain.code(scale), ParameterDomain.code(mask),
            ParameterDomain.code(clamp), ParameterDomain.code(requantise),
        ]
    }

    package init(codes: [UInt64]) {
        self.init(
            kind: ParameterDomain.word(codes[0]),
            scale: ParameterDomain.real(codes[1]),
            mask: ParameterDomain.word(codes[2]),
            clamp: ParameterDomain.flag(codes[3]),
            requantise: ParameterDomain.flag(codes[4])
        )
    }

    package var mayClamp: Bool { clamp || requantise }
    package var point: ImagePoint { .pixels }

    package func leavesLevels(_ wereLevels: Bool) -> Bool { requantise && (mask == .none || wereLevels) }
}

extension Noise.Mask {
    /// The parameter of every transformation that has a choice.
    static let parameter = TransformParameter(
        "mask",
        .choice(Noise.Mask.self),
        standard: ParameterDomain.code(Noise.Mask.none),
        "Which pixels are changed: all, those with x < 0.3, or those with x >= 0.3."
    )
}

extension TransformSpec {
    /// The image with noise added to its pixels: the paper's equation 6.
    public static func noise(_ noise: Noise) -> TransformSpec { TransformSpec(noise) }
}
