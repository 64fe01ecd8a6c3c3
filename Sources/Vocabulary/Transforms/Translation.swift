// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A shift by whole pixels; positive `dx` is to the right, positive `dy` is down.
public struct Translation: Hashable, Sendable {
    /// What stands in the vacated pixels.
    public enum Fill: String, Hashable, Sendable, CaseIterable {
        /// Black.
        case zero
        /// The nearest pixel of the image's edge.
        case edge
        /// The pixels that left on the other side.
        case wrap
    }

    /// Whether the data set's own image is shifted or the one the model sees.
    public enum Stage: String, Hashable, Sendable, CaseIterable {
        /// The data set's image, before it is resized.
        case beforeResize = "before-resize"
        /// The image the model sees.
        case afterResize = "after-resize"
    }

    /// Columns to the right.
    public var dx: Int
    /// Rows down.
    public var dy: Int
    /// What stands in the vacated pixels.
    public var fill: Fill
    /// Which image is shifted.
    public var stage: Stage

    /// A shift of the image the model sees, filled with black unless said otherwise.
    public init(dx: Int = 0, dy: Int = 0, fill: Fill = .zero, stage: Stage = .afterResize) {
        self.dx = dx
        self.dy = dy
        self.fill = fill
        self.stage = stage
    }
}

extension Translation: ParameterisedTransform {
    /// Shifts beyond this are refused: no image is as large, and sums with pixel positions cannot overflow.
    private static let shifts = ParameterDomain.integer(-4096...4096)

    package static let parameters = [
        TransformParameter("dx", shifts, standard: 0),
        TransformParameter("dy", shifts, standard: 0),
        TransformParameter("fill", .choice(Fill.self), standard: ParameterDomain.code(Fill.zero)),
        TransformParameter("stage", .choice(Stage.self), standard: ParameterDomain.code(Stage.afterResize)),
    ]

    var codes: [UInt64] {
        [
            ParameterDomain.code(dx), ParameterDomain.code(dy), ParameterDomain.code(fill), ParameterDomain.code(stage),
        ]
    }

    init(codes: [UInt64]) {
        self.init(
            dx: ParameterDomain.integer(codes[0]),
            dy: ParameterDomain.integer(codes[1]),
            fill: ParameterDomain.word(codes[2]),
            stage: ParameterDomain.word(codes[3])
        )
    }
}
