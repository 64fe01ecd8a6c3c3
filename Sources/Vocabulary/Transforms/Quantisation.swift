// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// 8-bit pixels with fewer grey levels; they stay 8-bit pixels.
public struct Quantisation: Hashable, Sendable {
    /// Which of the fewer levels a pixel gets.
    public enum Rounding: String, Hashable, Sendable, CaseIterable {
        /// The nearest of 2^bits levels that divide 0 to 255 evenly, black and white among them.
        case nearest
        /// Its own with the lower bits cleared, as flows trained on fewer bits want it.
        case down
    }

    /// Bits that are left of eight.
    public var bits: Int
    /// Which of the fewer levels a pixel gets.
    public var rounding: Rounding
    /// Which image is quantised.
    public var stage: TransformStage

    /// The nearest levels, of the image the model sees, unless said otherwise.
    public init(bits: Int, rounding: Rounding = .nearest, stage: TransformStage = .afterResize) {
        self.bits = bits
        self.rounding = rounding
        self.stage = stage
    }
}

extension Quantisation: ParameterisedTransform {
    package static let name = "quantise"
    package static let summary = "Pixels with fewer bits each."
    package static let parameters = [
        TransformParameter("bits", .integer(1...8), standard: nil, "Bits that are left of the eight."),
        TransformParameter(
            "rounding",
            .choice(Rounding.self),
            standard: ParameterDomain.code(Rounding.nearest),
            "Which grey levels stand for the steps."
        ),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [ParameterDomain.code(bits), ParameterDomain.code(rounding), ParameterDomain.code(stage)]
    }

    package init(codes: [UInt64]) {
        self.init(
            bits: ParameterDomain.integer(codes[0]),
            rounding: ParameterDomain.word(codes[1]),
            stage: ParameterDomain.word(codes[2])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image with fewer grey levels.
    public static func quantise(_ quantisation: Quantisation) -> TransformSpec { TransformSpec(quantisation) }
}
