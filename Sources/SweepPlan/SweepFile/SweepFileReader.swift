// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a sweep file's nodes, collecting every problem instead of stopping at the first.
///
/// A function that finds its node unusable reports that and returns nil; its caller goes on with the rest.
struct SweepFileReader {
    let file: String
    let facts: SweepFacts
    private(set) var diagnostics: [Diagnostic]
    /// The file's models, in its order, with the places of their names.
    var models: [NamedModel] = []
    /// The data sets a block may name: the built-in ones, then the file's own.
    var datasets: [NamedDataset] = DatasetSource.builtinNames.map { NamedDataset(name: $0, source: .builtin($0)) }

    struct NamedModel {
        let name: String
        /// Nil for a model whose own entry is wrong; it is known by name, so that blocks are not blamed for naming it.
        let reference: ModelReference?
        let position: Diagnostic.Position
        let conditioningPosition: Diagnostic.Position
    }

    struct NamedDataset {
        let name: String
        /// Nil for a data set whose own entry is wrong.
        let source: DatasetSource?
    }

    /// A reader that adds to the problems found so far.
    init(file: String, facts: SweepFacts, diagnostics: [Diagnostic]) {
        self.file = file
        self.facts = facts
        self.diagnostics = diagnostics
    }

    mutating func report(_ message: String, at position: Diagnostic.Position) {
        diagnostics.append(Diagnostic(file: file, position: position, message: message))
    }

    /// The values of a mapping by key; keys that are not among `known` are reported.
    mutating func fields(
        _ node: SourceNode,
        of what: String,
        known: [String],
        noun: String = "key"
    ) -> [String: SourceNode.Entry]? {
        guard case .mapping(let entries) = node.content else {
            report("\(what) must be a mapping, not \(node.kind)", at: node.position)
            return nil
        }
        var fields: [String: SourceNode.Entry] = [:]
        for entry in entries {
            if known.contains(entry.key) {
                fields[entry.key] = entry
            } else {
                let suggestion = Suggestion.phrase(for: entry.key, among: known)
                report("unknown \(noun) '\(Excerpt.short(entry.key))'\(suggestion)", at: entry.position)
            }
        }
        return fields
    }

    /// The value of a field that must be there.
    mutating func required(
        _ key: String,
        in fields: [String: SourceNode.Entry],
        of what: String,
        at position: Diagnostic.Position
    ) -> SourceNode? {
        if let entry = fields[key] { return entry.value }
        report("\(what) needs '\(key)'", at: position)
        return nil
    }

    /// The elements of a list that has at least one; a single value counts as a list of one.
    mutating func elements(_ node: SourceNode, of what: String) -> [SourceNode] {
        guard case .sequence(let elements) = node.content else {
            if node.isNull { report("\(what) must not be empty", at: node.position) }
            return node.isNull ? [] : [node]
        }
        if elements.isEmpty { report("\(what) must not be empty", at: node.position) }
        return elements
    }

    /// A text that is not empty.
    mutating func text(_ node: SourceNode, of what: String) -> String? {
        if case .scalar(let text, _) = node.content, !text.isEmpty, !node.isNull { return text }
        report("\(what) must be a text, not \(node.kind)", at: node.position)
        return nil
    }

    /// Whether `name` may name a sweep, a model or a data set; names appear in CSV files and on command lines.
    mutating func isUsable(name: String, at position: Diagnostic.Position) -> Bool {
        let isUsable =
            (1...64).contains(name.utf8.count) && name.first != "-"
            && name.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || "._-".unicodeScalars.contains(scalar)
            }
        if !isUsable {
            let rule = "a name has 1 to 64 letters, digits, '.', '_' and '-', and does not begin with '-'"
            report("'\(Excerpt.short(name))' is no name: \(rule)", at: position)
        }
        return isUsable
    }
}
