// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The image blurred by a Gaussian, as 8-bit pixels.
public struct Blur: Hashable, Sendable {
    /// Standard deviation in pixels.
    public var sigma: Double
    /// What is blurred in from beyond the edges.
    public var fill: ImageSurroundings
    /// Which image is blurred.
    public var stage: TransformStage

    /// A blur of the image the model sees, its edges continued, unless said otherwise.
    public init(sigma: Double, fill: ImageSurroundings = .edge, stage: TransformStage = .afterResize) {
        self.sigma = sigma
        self.fill = fill
        self.stage = stage
    }
}

extension Blur: ParameterisedTransform {
    package static let name = "blur"
    package static let summary = "The image blurred by a Gaussian."
    package static let parameters = [
        // Beyond 16 an image of a model's size is one grey.
        TransformParameter("sigma", .real(0.1...16), standard: nil, "The deviation of the Gaussian, in pixels."),
        ImageSurroundings.parameter(standard: .edge),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [ParameterDomain.code(sigma), ParameterDomain.code(fill), ParameterDomain.code(stage)]
    }

    package init(codes: [UInt64]) {
        self.init(
            sigma: ParameterDomain.real(codes[0]),
            fill: ParameterDomain.word(codes[1]),
            stage: ParameterDomain.word(codes[2])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image blurred.
    public static func blur(_ blur: Blur) -> TransformSpec { TransformSpec(blur) }
}
