// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A shift by whole pixels; positive `dx` is to the right, positive `dy` is down.
public struct Translation: Hashable, Sendable {
    /// Columns to the right.
    public var dx: Int
    /// Rows down.
    public var dy: Int
    /// What stands in the vacated pixels.
    public var fill: ImageSurroundings
    /// Which image is shifted.
    public var stage: TransformStage

    /// A shift of the image the model sees, filled with black unless said otherwise.
    public init(dx: Int = 0, dy: Int = 0, fill: ImageSurroundings = .zero, stage: TransformStage = .afterResize) {
        self.dx = dx
        self.dy = dy
        self.fill = fill
        self.stage = stage
    }
}

extension Translation: ParameterisedTransform {
    package static let name = "translate"
    package static let summary = "The image shifted by whole pixels."
    package static let oneNeeded = ["dx", "dy"]

    /// Shifts beyond this are refused: no image is as large, and sums with pixel positions cannot overflow.
    private static let shifts = ParameterDomain.integer(-4096...4096)

    package static let parameters = [
        TransformParameter("dx", shifts, standard: 0, "Pixels to the right; -1 is one pixel to the left."),
        TransformParameter("dy", shifts, standard: 0, "Pixels down; -1 is one pixel up."),
        ImageSurroundings.parameter(standard: .zero),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] {
        [
            ParameterDomain.code(dx), ParameterDomain.code(dy), ParameterDomain.code(fill), ParameterDomain.code(stage),
        ]
    }

    package init(codes: [UInt64]) {
        self.init(
            dx: ParameterDomain.integer(codes[0]),
            dy: ParameterDomain.integer(codes[1]),
            fill: ParameterDomain.word(codes[2]),
            stage: ParameterDomain.word(codes[3])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image shifted by whole pixels.
    public static func translate(_ translation: Translation) -> TransformSpec { TransformSpec(translation) }
}
