// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads the entries of `transforms`: a name, or a name with its parameters.
struct TransformReader {
    /// The key of a transform's own seeds.
    static let seedsKey = "seeds"

    private let document: DocumentReader
    private let axes: AxisReader

    init(_ axes: AxisReader) {
        document = axes.document
        self.axes = axes
    }

    func read(_ node: SourceNode) -> TransformEntry? {
        switch node.content {
        case .scalar(TransformKind.chainName, _):
            document.report("chain needs the transforms that it does one after the other, in a list", at: node.position)
        case .scalar:
            return kind(node).flatMap { read(nil, of: $0, at: node.position) }
        case .sequence:
            document.report("a transform is a name or a name with parameters, not a list", at: node.position)
        case .mapping(let entries):
            if let second = entries.dropFirst().first {
                let rule = "an entry of transforms has one name; begin the next with '- ' and indent parameters further"
                let keys = "'\(Excerpt.short(second.key))' after '\(Excerpt.short(entries[0].key))'"
                document.report("\(keys): \(rule)", at: second.position)
            } else if let entry = entries.first {
                return read(entry)
            } else {
                document.report("a transform must not be empty", at: node.position)
            }
        }
        return nil
    }

    private func read(_ entry: SourceNode.Entry) -> TransformEntry? {
        if entry.key == TransformKind.chainName {
            return ChainReader(axes, transforms: self).read(entry.value, at: entry.position)
        }
        let name = SourceNode(position: entry.position, content: .scalar(entry.key, isPlain: true))
        guard let kind = kind(name) else { return nil }
        if entry.value.isNull { return read(nil, of: kind, at: entry.position) }
        let known = kind.parameters.flatMap(\.keys) + ["zip", "when", Self.seedsKey]
        return document.fields(entry.value, of: kind.rawValue, known: known, noun: "axis")
            .flatMap { read($0, of: kind, at: entry.position) }
    }

    private func kind(_ node: SourceNode) -> TransformKind? {
        document.choice(node, of: AxisName.transform.text, among: TransformKind.names)
            .flatMap(TransformKind.init(rawValue:))
    }

    private func read(_ fields: Fields?, of kind: TransformKind, at position: Diagnostic.Position) -> TransformEntry? {
        if !kind.oneNeeded.isEmpty, kind.oneNeeded.allSatisfy({ fields?[$0] == nil }) {
            document.report("\(kind.rawValue) needs \(Self.alternatives(kind.oneNeeded))", at: position)
        }
        let values = kind.parameters.map { readParameter($0, in: fields, of: kind, at: position) }
        let rules = RuleReader(axes, known: AxisName.names(of: kind))
        let zips = rules.zips(fields?["zip"])
        let whens = rules.whens(fields?["when"])
        let usable = values.compactMap(\.self)
        guard usable.count == values.count else { return nil }
        return TransformEntry(
            kind: kind,
            position: position,
            values: usable,
            zips: zips,
            whens: whens,
            seeds: seeds(fields, of: kind)
        )
    }

    /// The transform's own seeds, where it has some.
    private func seeds(_ fields: Fields?, of kind: TransformKind) -> ValueList? {
        guard let node = fields?[Self.seedsKey] else { return nil }
        guard kind != TransformSpec.identity.kind else {
            let rule = "identity has every seed that a transform of its block has, and none of its own"
            document.report(rule, at: node.position)
            return nil
        }
        return axes.values(node, of: .seed)
    }

    private func readParameter(
        _ parameter: TransformParameter,
        in fields: Fields?,
        of kind: TransformKind,
        at position: Diagnostic.Position
    ) -> ValueList? {
        let given = fields?.entries(parameter.keys) ?? []
        if given.count > 1 {
            let problem = "'\(given[0].key)' and '\(given[1].key)' are the same axis"
            document.report("axis given twice: \(problem)", at: given[1].position)
            return nil
        }
        if let entry = given.first { return axes.values(entry.value, of: .parameter(entry.key)) }
        guard let standard = parameter.standard else {
            document.report("\(kind.rawValue) needs \(Self.alternatives(parameter.keys))", at: position)
            return nil
        }
        return ValueList([standard], from: position)
    }

    private static func alternatives(_ keys: [String]) -> String {
        keys.map { "'\($0)'" }.joined(separator: " or ")
    }
}
