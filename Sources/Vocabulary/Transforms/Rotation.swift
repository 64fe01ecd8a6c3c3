// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The image turned about its centre by any angle, sampled bilinearly as 8-bit pixels.
///
/// `Dihedral` turns by right angles without sampling.
public struct Rotation: Hashable, Sendable {
    /// Degrees counter-clockwise.
    public var degrees: Double
    /// What comes into view at the corners.
    public var fill: ImageSurroundings
    /// Which image is turned.
    public var stage: TransformStage

    /// A turn of the image the model sees, black beyond its edges, unless said otherwise.
    public init(degrees: Double, fill: ImageSurroundings = .zero, stage: TransformStage = .afterResize) {
        self.degrees = degrees
        self.fill = fill
        self.stage = stage
    }
}

extension Rotation: ParameterisedTransform {
    package static let name = "rotate"
    package static let summary = "The image turned about its centre, by bilinear samples."
    package static let parameters = [
        TransformParameter("degrees", .real(-180...180), standard: nil, "The angle, counter-clockwise."),
        ImageSurroundings.parameter(standard: .zero),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [ParameterDomain.code(degrees), ParameterDomain.code(fill), ParameterDomain.code(stage)]
    }

    package init(codes: [UInt64]) {
        self.init(
            degrees: ParameterDomain.real(codes[0]),
            fill: ParameterDomain.word(codes[1]),
            stage: ParameterDomain.word(codes[2])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image turned by any angle.
    public static func rotate(_ rotation: Rotation) -> TransformSpec { TransformSpec(rotation) }
}
