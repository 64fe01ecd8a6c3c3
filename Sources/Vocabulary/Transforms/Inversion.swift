// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The negative of the image: 8-bit pixels v become 255 − v.
public struct Inversion: Hashable, Sendable {
    /// Which image is inverted.
    public var stage: TransformStage

    /// The negative of the image the model sees unless said otherwise.
    public init(stage: TransformStage = .afterResize) {
        self.stage = stage
    }
}

extension Inversion: ParameterisedTransform {
    package static let name = "invert"
    package static let summary = "The image's negative: 255 less each pixel."
    package static let parameters = [TransformStage.parameter]

    package var codes: [UInt64] { [ParameterDomain.code(stage)] }

    package init(codes: [UInt64]) {
        self.init(stage: ParameterDomain.word(codes[0]))
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image's negative.
    public static func invert(_ inversion: Inversion = Inversion()) -> TransformSpec { TransformSpec(inversion) }
}
