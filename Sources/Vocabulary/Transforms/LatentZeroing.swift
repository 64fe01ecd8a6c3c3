// BitSweep
// SPDX-License-Identifier: Apache-2.0

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

extension LatentZeroing: ParameterisedTransform {
    package static let parameters = [
        TransformParameter(spellings: ["levels", "level"], .integer(1...64), standard: nil),
        TransformParameter("alpha", .real(-1e6...1e6), standard: 0),
        TransformParameter("clamp", .flag, standard: 0),
        TransformParameter("requantise", .flag, standard: 0),
    ]

    var codes: [UInt64] {
        [
            levels.code, ParameterDomain.code(alpha), ParameterDomain.code(clamp), ParameterDomain.code(requantise),
        ]
    }

    init(codes: [UInt64]) {
        self.init(
            levels: Levels(code: codes[0]),
            alpha: ParameterDomain.real(codes[1]),
            clamp: ParameterDomain.flag(codes[2]),
            requantise: ParameterDomain.flag(codes[3])
        )
    }
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
