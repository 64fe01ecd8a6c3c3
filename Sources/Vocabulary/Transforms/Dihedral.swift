// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A rotation or reflection of the image: one of the seven maps of a square onto itself that move anything.
///
/// Exact on 8-bit pixels: every pixel keeps its value and gets another place.
public struct Dihedral: Hashable, Sendable {
    /// The maps; rotations are counter-clockwise, as NumPy's `rot90`.
    public enum Map: String, Hashable, Sendable, CaseIterable {
        /// A quarter turn counter-clockwise.
        case rotate90 = "rotate-90"
        /// A half turn.
        case rotate180 = "rotate-180"
        /// A quarter turn clockwise.
        case rotate270 = "rotate-270"
        /// Left and right exchanged.
        case mirror
        /// Top and bottom exchanged.
        case flip
        /// Rows and columns exchanged: reflected about the diagonal from the top left.
        case transpose
        /// Reflected about the diagonal from the top right.
        case antiTranspose = "anti-transpose"
    }

    /// Which map.
    public var map: Map
    /// Which image is mapped.
    public var stage: TransformStage

    /// A map of the image the model sees unless said otherwise.
    public init(_ map: Map, stage: TransformStage = .afterResize) {
        self.map = map
        self.stage = stage
    }
}

extension Dihedral.Map {
    /// Whether rows become columns, which only a square allows.
    package var exchangesAxes: Bool {
        switch self {
        case .rotate90, .rotate270, .transpose, .antiTranspose: true
        case .rotate180, .mirror, .flip: false
        }
    }
}

extension Dihedral: ParameterisedTransform {
    package static let name = "dihedral"
    package static let summary = "The image rotated by quarter turns, or reflected."
    package static let parameters: [TransformParameter] = [
        .deciding(
            "map",
            .numbered(Map.self),
            standard: nil,
            "Which of the seven maps of a square, or its number 1 to 7; rotations are counter-clockwise."
        ),
        TransformStage.parameter,
    ]

    package var codes: [UInt64] { [ParameterDomain.code(map), ParameterDomain.code(stage)] }

    package init(codes: [UInt64]) {
        self.init(ParameterDomain.word(codes[0]), stage: ParameterDomain.word(codes[1]))
    }

    package var point: ImagePoint { stage.point }

    package func misfit(_ dataset: DatasetFacts, _ model: ModelFacts) -> String? {
        let (height, width) = stage.size(dataset, model)
        guard map.exchangesAxes, height != width else { return nil }
        return "\(map.rawValue) exchanges rows and columns, which needs square images, not \(height)×\(width)"
    }
}

extension TransformSpec {
    /// The image rotated or reflected.
    public static func dihedral(_ dihedral: Dihedral) -> TransformSpec { TransformSpec(dihedral) }
}
