// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The distances of 8-bit pixels from a grey level, multiplied by a factor.
public struct Contrast: Hashable, Sendable {
    /// The grey level that stays.
    public enum Pivot: String, Hashable, Sendable, CaseIterable {
        /// The image's own mean, rounded.
        case mean
        /// The middle of the range, 127.5.
        case middle
    }

    /// What distances are multiplied by: 0 leaves one grey, 1 the image as it was.
    public var factor: Double
    /// The grey level that stays.
    public var about: Pivot
    /// Which image is changed.
    public var stage: TransformStage

    /// A change about the image's mean, of the image the model sees, unless said otherwise.
    public init(factor: Double, about: Pivot = .mean, stage: TransformStage = .afterResize) {
        self.factor = factor
        self.about = about
        self.stage = stage
    }
}

extension Contrast: ParameterisedTransform {
    package static let name = "contrast"
    package static let summary = "The distances of pixels from one grey level multiplied."
    package static let parameters = [
        TransformParameter(
            "factor",
            .real(0...16),
            standard: nil,
            "What distances are multiplied by; below 1 is less contrast."
        ),
        TransformParameter(
            "about",
            .choice(Pivot.self),
            standard: ParameterDomain.code(Pivot.mean),
            "The grey level that stays."
        ),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [ParameterDomain.code(factor), ParameterDomain.code(about), ParameterDomain.code(stage)]
    }

    package init(codes: [UInt64]) {
        self.init(
            factor: ParameterDomain.real(codes[0]),
            about: ParameterDomain.word(codes[1]),
            stage: ParameterDomain.word(codes[2])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image with more or less contrast.
    public static func contrast(_ contrast: Contrast) -> TransformSpec { TransformSpec(contrast) }
}
