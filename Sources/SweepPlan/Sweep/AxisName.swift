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
    ///
    /// Of a chain, keys that several members have are among them, so that it can be told what is wrong with those.
    static func names(of kind: TransformKind) -> [String] {
        let keys = common.map(\.text) + kind.parameters.flatMap(\.keys)
        return (keys + (kind.isChain ? qualified(kind) : [])).eachOnce
    }

    /// The names of parameters with whose they are, `noise.scale`.
    private static func qualified(_ kind: TransformKind) -> [String] {
        kind.parameters.indices.flatMap(kind.names(ofParameter:)).filter { $0.contains(".") }
    }

    /// The names that mean something for any transform.
    static let all: [String] =
        (TransformKind.allCases.flatMap(names(of:)) + TransformKind.allCases.flatMap(qualified)).eachOnce

    /// The names that mean something for any transform, or for a chain of `entries`.
    static func all(with entries: [TransformEntry]) -> [String] {
        (all + entries.filter(\.kind.isChain).flatMap { names(of: $0.kind) }).eachOnce
    }

    /// The coordinate that the axis is in a section of the given kind, or nil where it has none.
    func coordinate(in kind: TransformKind) -> Int? {
        switch self {
        case .model: TransformKind.modelCoordinate
        case .dataset: TransformKind.datasetCoordinate
        case .transform: nil
        case .seed: kind.seedCoordinate
        case .parameter(let key):
            kind.parameter(key).map { TransformKind.firstParameterCoordinate + $0.position }
        }
    }

    /// The upper half of the codes of a parameter's values; tells which of its spellings this is.
    var spelling: UInt64 {
        guard case .parameter(let name) = self, let key = name.split(separator: ".").last.map(String.init) else {
            return 0
        }
        return Self.parameter(name)?.keys.firstIndex(of: key).map(TransformParameter.bits(ofSpelling:)) ?? 0
    }

    /// The parameter called `name`, by its key or by its member; its values are the same in all transforms that have it.
    static func parameter(_ name: String) -> TransformParameter? { TransformKind.parameter(named: name) }

    /// What a file may give as the axis's values.
    var form: ValueForm {
        switch self {
        case .model: .shared("models", .names(known: []))
        case .dataset: .shared("datasets", .names(known: DatasetSource.builtinNames))
        case .transform: .shared("transforms", .values(.choice(TransformKind.names)))
        case .seed: .shared("seeds", .values(.integer(Self.seeds)))
        case .parameter(let key): .shared(key, .values(Self.parameter(key)?.domain ?? .choice([])))
        }
    }

    /// What an editor says of the axis.
    var summary: String {
        switch self {
        case .model: "Names of models."
        case .dataset: "Names of data sets."
        case .transform: "Names of transforms."
        case .seed: "Seeds."
        case .parameter(let key): Self.parameter(key)?.summary(of: key) ?? ""
        }
    }

    /// The seeds that a file may give.
    static let seeds = 0...Int.max
}

extension [String] {
    /// The texts in the order of their first places.
    fileprivate var eachOnce: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
