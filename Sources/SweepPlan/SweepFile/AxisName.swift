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
    init(_ name: String) {
        switch name {
        case "model": self = .model
        case "dataset": self = .dataset
        case "transform": self = .transform
        case "seed": self = .seed
        default: self = .parameter(name)
        }
    }

    static let common = ["model", "dataset", "transform", "seed"]

    /// The names that mean something for a transform of this kind.
    static func names(of kind: TransformKind) -> [String] { common + kind.parameters.flatMap(\.keys) }

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

    /// The values of a parameter, and its spelling as the upper half of their codes; equal in all transforms that have it.
    static func parameter(_ key: String) -> (domain: ParameterDomain, spelling: UInt64)? {
        for parameter in TransformKind.allCases.flatMap(\.parameters) {
            guard let spelling = parameter.keys.firstIndex(of: key) else { continue }
            return (parameter.domain, UInt64(spelling) << 32)
        }
        return nil
    }

    /// The seeds that a sweep file may give.
    static let seeds = ParameterDomain.integer(0...Int.max)
}
