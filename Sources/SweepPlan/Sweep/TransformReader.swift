// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads the entries of `transforms`: a name, or a name with its parameters.
struct TransformReader {
    /// The key of a transform's own seeds.
    static let seedsKey = "seeds"

    private let document: DocumentReader
    private let axes: AxisReader

    /// What an entry of `transforms` may be: a name alone, a name with its parameters, or a chain.
    static let form = entryForm(of: TransformKind.allCases, and: [ChainReader.facts]) {
        $0 != TransformSpec.identity.kind
    }

    /// What a member of a chain may be.
    static let memberForm = entryForm(of: TransformKind.allCases.filter { $0 != TransformSpec.identity.kind }) { _ in
        false
    }

    private static func entryForm(
        of kinds: [TransformKind],
        and others: [KeyFacts] = [],
        hasSeeds: (TransformKind) -> Bool
    ) -> ValueForm {
        let entries = kinds.map { facts($0, keys(of: $0, hasSeeds: hasSeeds($0))) } + others
        return .anyOf([
            .value(.choice(kinds.filter(\.needsNothing).map(\.rawValue))),
            .mapping(KeyTable(entries, .exactlyOne(entries.map(\.name)))),
        ])
    }

    /// What is known of a transform as the key of an entry.
    private static func facts(_ kind: TransformKind, _ keys: KeyTable) -> KeyFacts {
        let form = ValueForm.mapping(keys)
        return KeyFacts(kind.rawValue, kind.needsNothing ? .anyOf([.nothing, form]) : form, kind.summary)
    }

    /// The keys of a transform's parameters, and of what else may stand among them.
    private static func keys(of kind: TransformKind, hasSeeds: Bool) -> KeyTable {
        let rules = RuleKeys(of: kind)
        let more = [rules.zip.facts, rules.when.facts] + (hasSeeds ? [seeds] : [])
        var table = KeyTable(kind.parameters.flatMap(\.facts) + more)
        table.rules = kind.parameters.compactMap(\.rule) + (kind.oneNeeded.isEmpty ? [] : [.atLeastOne(kind.oneNeeded)])
        return table
    }

    /// A transform's own seeds.
    static let seeds = KeyFacts(
        seedsKey,
        AxisName.seed.form,
        "Seeds in place of those of the block; identity is computed for each of them, too."
    )

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
        let known = Self.keys(of: kind, hasSeeds: true)
        return document.fields(entry.value, of: kind.rawValue, known: known.names, noun: "axis")
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
        let zips = rules.zips(fields?[RuleKeys.zip])
        let whens = rules.whens(fields?[RuleKeys.when])
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

extension TransformKind {
    /// Whether its name alone is a whole entry.
    fileprivate var needsNothing: Bool { oneNeeded.isEmpty && parameters.allSatisfy { $0.standard != nil } }
}

extension TransformParameter {
    /// What is known of each of its spellings as a key.
    fileprivate var facts: [KeyFacts] {
        keys.map { KeyFacts($0, AxisName.parameter($0).form, standard: standard.map(domain.text), summary(of: $0)) }
    }

    /// How many of its spellings must be there; nil where none has to be.
    fileprivate var rule: KeyTable.Rule? {
        standard == nil ? .exactlyOne(keys) : keys.count > 1 ? .atMostOne(keys) : nil
    }
}
