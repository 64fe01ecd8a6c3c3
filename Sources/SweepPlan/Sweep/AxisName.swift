// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// An axis as `zip`, `exclude` and `when` name it: a part of every cell, or a parameter of some transforms.
enum AxisName: Hashable {
    case model
    case dataset
    case transform
    case seed
    case parameter(String)

    /// Reads a name that is among `all` or `names(of:)`.
    init(_ name: String) { self = Self.common.first { $0.text == name } ?? .parameter(name) }

    private static let common: [AxisName] = [.model, .dataset, .transform, .seed]

    /// As sweep files write it.
    var text: String {
        switch self {
        case .model: "model"
        case .dataset: "dataset"
        case .transform: "transform"
        case .seed: "seed"
        case .parameter(let key): key
        }
    }

    /// The names that mean something for a transform of this kind.
    static func names(of kind: TransformKind) -> [String] {
        common.map(\.text) + kind.parameters.flatMap(\.keys)
    }

    /// The names that mean something for any transform.
    static let all: [String] = TransformKind.allCases.flatMap(names(of:)).reduce(into: []) { names, name in
        if !names.contains(name) { names.append(name) }
    }

    /// The coordinate that the axis is in a section of the given kind, or nil where it has none.
    func coordinate(in kind: TransformKind) -> Int? {
        switch self {
        case .model: TransformKind.modelCoordinate
        case .dataset: TransformKind.datasetCoordinate
        case .transform: nil
        case .seed: kind.seedCoordinate
        case .parameter(let key):
            kind.parameters.firstIndex { $0.keys.contains(key) }.map { TransformKind.firstParameterCoordinate + $0 }
        }
    }

    /// The upper half of the codes of a parameter's values; tells which of its spellings this is.
    var spelling: UInt64 {
        guard case .parameter(let key) = self else { return 0 }
        return Self.parameter(key)?.keys.firstIndex(of: key).map(TransformParameter.bits(ofSpelling:)) ?? 0
    }

    /// The parameter called `key`; its values are the same in all transforms that have it.
    static func parameter(_ key: String) -> TransformParameter? {
        TransformKind.allCases.lazy.flatMap(\.parameters).first { $0.keys.contains(key) }
    }

    /// The seeds that a file may give.
    static let seeds = 0...Int.max
}
