// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What the image shows made larger or smaller about its centre, sampled bilinearly as 8-bit pixels; the image keeps its size.
public struct Zoom: Hashable, Sendable {
    /// How many times as long and as wide things become: 2 cuts the outer half away, 0.5 shows surroundings.
    public var ratio: Double
    /// What comes into view around a smaller image.
    public var fill: ImageSurroundings
    /// Which image is scaled.
    public var stage: TransformStage

    /// A zoom of the image the model sees, black beyond its edges, unless said otherwise.
    public init(ratio: Double, fill: ImageSurroundings = .zero, stage: TransformStage = .afterResize) {
        self.ratio = ratio
        self.fill = fill
        self.stage = stage
    }
}

extension Zoom: ParameterisedTransform {
    package static let name = "zoom"
    package static let summary = "The image made larger or smaller about its centre, by bilinear samples."
    package static let parameters = [
        // Below 0.5, bilinear samples would leave pixels out.
        TransformParameter(
            "ratio",
            .real(0.5...16),
            standard: nil,
            "What lengths are multiplied by; above 1 the image grows."
        ),
        ImageSurroundings.parameter(standard: .zero),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [ParameterDomain.code(ratio), ParameterDomain.code(fill), ParameterDomain.code(stage)]
    }

    package init(codes: [UInt64]) {
        self.init(
            ratio: ParameterDomain.real(codes[0]),
            fill: ParameterDomain.word(codes[1]),
            stage: ParameterDomain.word(codes[2])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image's content larger or smaller.
    public static func zoom(_ zoom: Zoom) -> TransformSpec { TransformSpec(zoom) }
}
