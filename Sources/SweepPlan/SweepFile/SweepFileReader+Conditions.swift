// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    /// Reads `zip`: a list of groups, each a list of at least two axes that no other group names.
    mutating func readZips(_ node: SourceNode, known: [String]) -> [ZipSource] {
        var taken: Set<AxisName> = []
        return elements(node, of: "zip").compactMap { group in
            guard case .sequence(let elements) = group.content, elements.count > 1 else {
                report("zip takes a list of groups of axes, as in [[scale, seed]]", at: group.position)
                return nil
            }
            let names = elements.compactMap { element -> AxisName? in
                readAxisName(element, known: known, taken: &taken)
            }
            return names.count == elements.count ? ZipSource(names: names, position: group.position) : nil
        }
    }

    private mutating func readAxisName(_ node: SourceNode, known: [String], taken: inout Set<AxisName>) -> AxisName? {
        guard let name = text(node, of: "an axis") else { return nil }
        let zippable = known.filter { $0 != AxisName.transform.text }
        guard zippable.contains(name) else {
            let problem = name == "transform" ? "transform cannot be zipped" : "unknown axis '\(Excerpt.short(name))'"
            report(problem + Suggestion.phrase(for: name, among: zippable), at: node.position)
            return nil
        }
        let axis = AxisName(name)
        guard taken.insert(axis).inserted else {
            report("axis given twice: '\(name)' is zipped already", at: node.position)
            return nil
        }
        return axis
    }

    /// Reads `exclude`: a list of conditions, each a mapping from axes to values.
    mutating func readExcludes(_ node: SourceNode) -> [[ClauseSource]] {
        elements(node, of: "exclude").compactMap { readCondition($0, of: "an exclude rule", known: AxisName.all) }
    }

    /// Reads `when`: one condition or a list of them, each a mapping from axes to values or `{if: …, then: …}`.
    mutating func readWhens(_ node: SourceNode, known: [String]) -> [WhenSource] {
        elements(node, of: "when").compactMap { rule in
            guard case .mapping(let entries) = rule.content,
                entries.contains(where: { ["if", "then"].contains($0.key) })
            else {
                return readCondition(rule, of: "when", known: known).map { WhenSource(premise: [], conclusion: $0) }
            }
            guard let fields = fields(rule, of: "when", known: ["if", "then"]) else { return nil }
            let premise = required("if", in: fields, of: "when with 'then'", at: rule.position)
                .flatMap { readCondition($0, of: "if", known: known) }
            let conclusion = required("then", in: fields, of: "when with 'if'", at: rule.position)
                .flatMap { readCondition($0, of: "then", known: known) }
            guard let premise, let conclusion else { return nil }
            return WhenSource(premise: premise, conclusion: conclusion)
        }
    }

    private mutating func readCondition(_ node: SourceNode, of what: String, known: [String]) -> [ClauseSource]? {
        guard let fields = fields(node, of: what, known: known, noun: "axis") else { return nil }
        if case .mapping(let entries) = node.content, entries.isEmpty {
            report("\(what) must name an axis: an empty condition holds everywhere", at: node.position)
            return nil
        }
        let clauses = fields.values.map { readClause($0) }
        let usable = clauses.compactMap(\.self)
        return usable.isEmpty || usable.count < clauses.count ? nil : usable
    }

    private mutating func readClause(_ entry: SourceNode.Entry) -> ClauseSource? {
        let axis = AxisName(entry.key)
        let values: AxisValues? =
            switch axis {
            case .model: values(entry.value, of: "model", in: .choice(models.map(\.name)))
            case .dataset: values(entry.value, of: "dataset", in: .choice(datasets.map(\.name)))
            case .transform: values(entry.value, of: "transform", in: .choice(TransformKind.names))
            case .seed: values(entry.value, of: "seed", in: AxisName.seeds)
            case .parameter(let key): parameterValues(entry.value, key: key)
            }
        return values.map { ClauseSource(axis: axis, values: $0) }
    }
}
