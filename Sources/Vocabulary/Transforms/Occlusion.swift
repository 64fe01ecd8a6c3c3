// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A square of one grey level that hides a part of the image, or a lattice of such squares.
///
/// What of a square lies beyond the image hides nothing.
public struct Occlusion: Hashable, Sendable {
    /// The square's side in pixels.
    public var size: Int
    /// The column of its upper left pixel.
    public var x: Int
    /// The row of its upper left pixel.
    public var y: Int
    /// Pixels from one square to the next, to the right, to the left, up and down; 0 for one square alone.
    public var every: Int
    /// Its grey level, in every channel.
    public var grey: Int
    /// Which image is hidden.
    public var stage: TransformStage

    /// One black square on the image the model sees unless said otherwise.
    public init(size: Int, x: Int, y: Int, every: Int = 0, grey: Int = 0, stage: TransformStage = .afterResize) {
        self.size = size
        (self.x, self.y) = (x, y)
        self.every = every
        self.grey = grey
        self.stage = stage
    }
}

extension Occlusion: ParameterisedTransform {
    package static let name = "occlude"
    package static let summary = "A square of one grey over the image, or a grid of them."

    /// As of shifts: no image is larger, and sums cannot overflow.
    private static let lengths = 4096
    private static let places = ParameterDomain.integer(-lengths...lengths)

    package static let parameters = [
        TransformParameter("size", .integer(1...lengths), standard: nil, "The side of the square, in pixels."),
        TransformParameter("x", places, standard: nil, "Its left column, from 0."),
        TransformParameter("y", places, standard: nil, "Its top row, from 0."),
        TransformParameter(
            "every",
            .integer(0...lengths),
            standard: 0,
            "Pixels from one square to the next; 0 for one."
        ),
        TransformParameter("grey", .integer(0...255), standard: 0, "The grey level of the square."),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] { [size, x, y, every, grey].map(ParameterDomain.code) + [ParameterDomain.code(stage)] }

    package init(codes: [UInt64]) {
        self.init(
            size: ParameterDomain.integer(codes[0]),
            x: ParameterDomain.integer(codes[1]),
            y: ParameterDomain.integer(codes[2]),
            every: ParameterDomain.integer(codes[3]),
            grey: ParameterDomain.integer(codes[4]),
            stage: ParameterDomain.word(codes[5])
        )
    }

    package var point: ImagePoint { stage.point }
}

extension TransformSpec {
    /// The image with a part of it hidden.
    public static func occlude(_ occlusion: Occlusion) -> TransformSpec { TransformSpec(occlusion) }
}
