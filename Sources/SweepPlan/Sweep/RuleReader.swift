// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `zip`, `exclude` and `when` of a block or of an entry of its transforms.
struct RuleReader {
    private let document: DocumentReader
    private let axes: AxisReader
    /// The axes that rules may name here.
    private let known: [String]

    init(_ axes: AxisReader, known: [String]) {
        document = axes.document
        self.axes = axes
        self.known = known
    }

    /// Reads `zip`: a list of groups, each a list of at least two axes that no other group names.
    func zips(_ node: SourceNode?) -> [AxisZip] {
        guard let node else { return [] }
        var taken: Set<AxisName> = []
        return document.elements(node, of: "zip").compactMap { group in
            guard case .sequence(let elements) = group.content, elements.count > 1 else {
                document.report("zip takes a list of groups of axes, as in [[scale, seed]]", at: group.position)
                return nil
            }
            let names = elements.compactMap { zippedAxis($0, taken: &taken) }
            return names.count == elements.count ? AxisZip(names: names, position: group.position) : nil
        }
    }

    private func zippedAxis(_ node: SourceNode, taken: inout Set<AxisName>) -> AxisName? {
        guard let name = document.text(node, of: "an axis") else { return nil }
        let zippable = known.filter { $0 != AxisName.transform.text }
        guard zippable.contains(name) else {
            let problem = name == "transform" ? "transform cannot be zipped" : "unknown axis '\(Excerpt.short(name))'"
            document.report(problem + Suggestion.phrase(for: name, among: zippable), at: node.position)
            return nil
        }
        let axis = AxisName(name)
        guard taken.insert(axis).inserted else {
            document.report("axis given twice: '\(name)' is zipped already", at: node.position)
            return nil
        }
        return axis
    }

    /// Reads `exclude`: a list of conditions, each a mapping from axes to values.
    func excludes(_ node: SourceNode?) -> [[AxisClause]] {
        guard let node else { return [] }
        return document.elements(node, of: "exclude").compactMap { condition($0, of: "an exclude rule") }
    }

    /// Reads `when`: one condition or a list of them, each a mapping from axes to values or `{if: …, then: …}`.
    func whens(_ node: SourceNode?) -> [WhenRule] {
        guard let node else { return [] }
        return document.elements(node, of: "when").compactMap(when)
    }

    private func when(_ node: SourceNode) -> WhenRule? {
        let keys = RuleKeys.implicationKeys
        guard case .mapping(let entries) = node.content, entries.contains(where: { keys.contains($0.key) }) else {
            return condition(node, of: "when").map { WhenRule(premise: [], conclusion: $0) }
        }
        guard let fields = document.fields(node, of: "when", known: keys) else { return nil }
        let premise = fields.required("if", of: "when with 'then'").flatMap { condition($0, of: "if") }
        let conclusion = fields.required("then", of: "when with 'if'").flatMap { condition($0, of: "then") }
        guard let premise, let conclusion else { return nil }
        return WhenRule(premise: premise, conclusion: conclusion)
    }

    private func condition(_ node: SourceNode, of what: String) -> [AxisClause]? {
        guard let fields = document.fields(node, of: what, known: known, noun: "axis") else { return nil }
        if case .mapping(let entries) = node.content, entries.isEmpty {
            document.report("\(what) must name an axis: an empty condition holds everywhere", at: node.position)
            return nil
        }
        let entries = fields.entries(known)
        let clauses = entries.compactMap { clause($0) }
        return clauses.isEmpty || clauses.count < entries.count ? nil : clauses
    }

    private func clause(_ entry: SourceNode.Entry) -> AxisClause? {
        let axis = AxisName(entry.key)
        return axes.values(entry.value, of: axis).map { AxisClause(axis: axis, values: $0) }
    }
}
