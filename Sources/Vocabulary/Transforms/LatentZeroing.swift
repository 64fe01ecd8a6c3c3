// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Latents scaled by `alpha` before decoding; the decoded image is scored again with the same network.
public struct LatentZeroing: Hashable, Sendable {
    /// Which of the model's levels are scaled; level 1 is the first factored out.
    public enum Levels: Hashable, Sendable {
        /// Levels 1…k.
        case first(Int)
        /// Level k alone.
        case only(Int)
    }

    /// What is scaled of a level: its latents z, or their standardised form ε = (z − μ)/σ under the level's prior.
    public enum Latents: String, Hashable, Sendable, CaseIterable {
        /// ε: at 0 the latents are what the prior expects, μ.
        case standardised
        /// z: at 0 the latents are 0, whatever the prior expects.
        case raw
    }

    /// Which levels are scaled.
    public var levels: Levels
    /// The factor; 0 removes the latents, 1 leaves the image as it was.
    public var alpha: Double
    /// Whether the decoded pixels are clamped to the model's input range before they are scored.
    public var clamp: Bool
    /// Whether the decoded pixels are rounded to 8 bits and dequantised again with the image's own noise.
    public var requantise: Bool
    /// What is scaled.
    public var latents: Latents

    /// Standardised latents set to zero, the decoded image scored as it is, unless said otherwise.
    public init(
        levels: Levels,
        alpha: Double = 0,
        clamp: Bool = false,
        requantise: Bool = false,
        latents: Latents = .standardised
    ) {
        self.levels = levels
        self.alpha = alpha
        self.clamp = clamp
        self.requantise = requantise
        self.latents = latents
    }
}

extension LatentZeroing: ParameterisedTransform {
    package static let name = "zero-latents"
    package static let summary = "Latents of a flow multiplied, by default with zero, and the image decoded again."
    package static let needsLatents = true
    package static let orderKeys = ["requantise"]
    /// The spellings of the parameter that says which levels are scaled.
    package static let levelsKeys = ["levels", "level"]
    package static let parameters = [
        TransformParameter(
            spellings: [
                (levelsKeys[0], "The first k levels of latents; level 1 is the first factored out."),
                (levelsKeys[1], "Level k of the latents alone."),
            ],
            .integer(1...64),
            standard: nil
        ),
        TransformParameter(
            "alpha",
            .real(-1e6...1e6),
            standard: 0,
            "What the latents are multiplied by; 0 removes them."
        ),
        .clamp,
        .requantise,
        .silent(
            "latents",
            .choice(Latents.self),
            standard: ParameterDomain.code(Latents.standardised),
            "What is multiplied: (z - mean)/deviation under the level's prior, or z itself."
        ),
    ]

    package var codes: [UInt64] {
        [
            levels.code, ParameterDomain.code(alpha), ParameterDomain.code(clamp), ParameterDomain.code(requantise),
            ParameterDomain.code(latents),
        ]
    }

    package init(codes: [UInt64]) {
        self.init(
            levels: Levels(code: codes[0]),
            alpha: ParameterDomain.real(codes[1]),
            clamp: ParameterDomain.flag(codes[2]),
            requantise: ParameterDomain.flag(codes[3]),
            latents: ParameterDomain.word(codes[4])
        )
    }

    package var mayClamp: Bool { clamp || requantise }
    package var point: ImagePoint { .pixels }

    package func leavesLevels(_ wereLevels: Bool) -> Bool { requantise }
}

extension TransformSpec {
    /// The image whose latent factors are scaled, by default to zero, before it is decoded again (paper, Algorithm 1).
    public static func zeroLatents(_ zeroing: LatentZeroing) -> TransformSpec { TransformSpec(zeroing) }
}

extension LatentZeroing.Levels {
    /// The highest level that is scaled.
    package var highest: Int {
        switch self {
        case .first(let count): count
        case .only(let level): level
        }
    }

    fileprivate var code: UInt64 {
        let spelling = if case .only = self { 1 } else { 0 }
        return ParameterDomain.code(highest) | TransformParameter.bits(ofSpelling: spelling)
    }

    /// The levels whose code this is, under the first spelling or the second.
    package init(code: UInt64) {
        let (spelling, value) = TransformParameter.parts(code)
        self = spelling == 0 ? .first(Int(value)) : .only(Int(value))
    }
}
