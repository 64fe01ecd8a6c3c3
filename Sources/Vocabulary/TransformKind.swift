// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The transformations by name, and the parameters of each: the one table behind canonical texts, sweep files and grids.
package enum TransformKind: String, CaseIterable {
    case identity
    case translate
    case noise
    case zeroLatents = "zero-latents"

    /// One parameter of a transformation.
    package struct Parameter {
        /// The parameter's spellings.
        ///
        /// Only `levels` has two: the code's upper half tells which (0: `levels`, 1: `level`).
        package let keys: [String]
        package let domain: ParameterDomain
        /// The code a sweep file may leave out; nil where it must say.
        package let standard: UInt64?

        /// The spelling that belongs to `code`, and the canonical text of its value.
        package func spelling(_ code: UInt64) -> (key: String, value: String) {
            guard keys.count > 1 else { return (keys[0], domain.text(code)) }
            return (keys[Int(code >> 32)], domain.text(code & UInt64(UInt32.max)))
        }

        /// Reads a value of the parameter under one of its spellings, a position in `keys`.
        package func code(_ value: String, spelling: Int) throws(ParameterValueError) -> UInt64 {
            spelling == 0 ? try domain.code(value) : try domain.code(value) | UInt64(spelling) << 32
        }
    }

    /// The names, in the order in which documentation lists them.
    package static var names: [String] { allCases.map(\.rawValue) }

    /// The parameters in canonical order.
    package var parameters: [Parameter] {
        switch self {
        case .identity: []
        case .translate: Self.translation
        case .noise: Self.noiseParameters
        case .zeroLatents: Self.zeroing
        }
    }

    /// Shifts beyond this are refused: no image is as large, and sums with pixel positions cannot overflow.
    private static let shifts = -4096...4096
    private static let magnitude = 1e6

    private static let translation = [
        Parameter(keys: ["dx"], domain: .integer(shifts), standard: 0),
        Parameter(keys: ["dy"], domain: .integer(shifts), standard: 0),
        choice("fill", Translation.Fill.self, standard: .zero),
        choice("stage", Translation.Stage.self, standard: .afterResize),
    ]

    private static let noiseParameters = [
        choice("kind", Noise.Kind.self, standard: .gaussian),
        Parameter(keys: ["scale"], domain: .real(0...magnitude), standard: nil),
        choice("mask", Noise.Mask.self, standard: .none),
        Parameter(keys: ["clamp"], domain: .flag, standard: 0),
        Parameter(keys: ["requantise"], domain: .flag, standard: 0),
    ]

    private static let zeroing = [
        Parameter(keys: ["levels", "level"], domain: .integer(1...64), standard: nil),
        Parameter(keys: ["alpha"], domain: .real(-magnitude...magnitude), standard: 0),
        Parameter(keys: ["clamp"], domain: .flag, standard: 0),
        Parameter(keys: ["requantise"], domain: .flag, standard: 0),
    ]

    private static func choice<Word: RawRepresentable & CaseIterable>(
        _ key: String,
        _ words: Word.Type,
        standard: Word
    ) -> Parameter where Word.RawValue == String {
        Parameter(
            keys: [key],
            domain: .choice(words.allCases.map(\.rawValue)),
            standard: TransformSpec.code(of: standard)
        )
    }
}
