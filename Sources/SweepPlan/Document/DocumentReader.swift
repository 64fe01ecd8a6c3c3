// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads the nodes of one YAML file by their types, and gathers every problem with its place instead of stopping at the
/// first.
///
/// It knows mappings, lists and values, and nothing of sweeps or recipes, whose readers share one. A function that
/// finds its node unusable reports that and returns nil; its caller goes on with the rest. Most messages begin with
/// `what`, the words that the caller has for the node.
final class DocumentReader {
    /// Keys at the top that begin with this mean nothing, and are not among the root's entries.
    static let unreadPrefix = "x-"

    /// The file's path: messages begin with it, and paths in the file are relative to its folder.
    let file: String
    /// The whole file.
    let root: SourceNode
    private var diagnostics: [Diagnostic]

    /// Parses a file.
    ///
    /// - Throws: `SweepFileError` when the file is no YAML.
    init(parsing text: String, file: String) throws(SweepFileError) {
        (root, diagnostics) = try YAMLParser.parse(text, file: file)
        self.file = file
    }

    /// Whether nothing has been reported.
    var isFaultless: Bool { diagnostics.isEmpty }

    /// Number of problems so far.
    var problemCount: Int { diagnostics.count }

    /// Notes a problem.
    func report(_ message: String, at position: Diagnostic.Position) {
        diagnostics.append(Diagnostic(file: file, position: position, message: message))
    }

    /// What was read, if nothing was reported on the way.
    func result<Value>(_ value: Value?) throws(SweepFileError) -> Value {
        guard isFaultless, let value else { throw SweepFileError(diagnostics) }
        return value
    }

    /// Whether the file's `version`, if there is one, is 1: another version's keys are not ours to judge.
    func isVersionSupported() -> Bool {
        guard case .mapping(let entries) = root.content, let entry = entries.first(where: { $0.key == "version" })
        else { return true }
        guard let version = integer(entry.value, of: "version", in: .min ... .max) else { return false }
        if version != 1 { report("version \(version) is not supported; version 1 is", at: entry.value.position) }
        return version == 1
    }
}

// Nodes that hold others.
extension DocumentReader {
    /// The fields of a mapping; keys that are not among `known` are reported.
    ///
    /// - Parameters:
    ///   - node: The mapping.
    ///   - what: What the mapping is.
    ///   - known: The keys that mean something.
    ///   - noun: What keys are called here.
    ///   - position: Where missing keys are reported; default: where the mapping begins.
    /// - Returns: The known fields, or nil where there is no mapping.
    func fields(
        _ node: SourceNode,
        of what: String,
        known: [String],
        noun: String = "key",
        missingAt position: Diagnostic.Position? = nil
    ) -> Fields? {
        guard case .mapping(let entries) = node.content else {
            report("\(what) must be a mapping, not \(node.kind)", at: node.position)
            return nil
        }
        for entry in entries where !known.contains(entry.key) {
            let suggestion = Suggestion.phrase(for: entry.key, among: known)
            report("unknown \(noun) '\(Excerpt.short(entry.key))'\(suggestion)", at: entry.position)
        }
        let fields = entries.filter { known.contains($0.key) }
        return Fields(fields, of: what, at: position ?? node.position, in: self)
    }

    /// The fields of a mapping that may have the keys of a table.
    func fields(
        _ node: SourceNode,
        of what: String,
        known: KeyTable,
        missingAt position: Diagnostic.Position? = nil
    ) -> Fields? {
        fields(node, of: what, known: known.names, missingAt: position)
    }

    /// The elements of a list that has at least one; a single value counts as a list of one.
    func elements(_ node: SourceNode, of what: String) -> [SourceNode] {
        guard case .sequence(let elements) = node.content else {
            if node.isNull { report("\(what) must not be empty", at: node.position) }
            return node.isNull ? [] : [node]
        }
        if elements.isEmpty { report("\(what) must not be empty", at: node.position) }
        return elements
    }

    /// The values of an axis: one value, a list of values, or one of the spacings.
    ///
    /// Of a word that is unknown a message says what was probably meant, and the `remedy` for that word.
    func values(
        _ node: SourceNode,
        of what: String,
        in domain: ParameterDomain,
        remedy: ((String) -> String)? = nil
    ) -> ValueList? {
        ValueListReader(document: self, axis: what, domain: domain, remedy: remedy).read(node)
    }
}

// Single values.
extension DocumentReader {
    /// The code of a value of `domain`.
    func code(
        _ node: SourceNode,
        of what: String,
        in domain: ParameterDomain,
        remedy: ((String) -> String)? = nil
    ) -> UInt64? {
        guard case .scalar(let text, let isPlain) = node.content, !node.isNull, isPlain || domain.isWord else {
            report("\(what) must be \(domain.expectation), not \(node.kind)", at: node.position)
            return nil
        }
        // Nothing to choose from: why that is so has been reported.
        if case .choice(let words) = domain, words.isEmpty { return nil }
        do {
            if case .flag = domain, let truth = TruthText.value(text) { return ParameterDomain.code(truth) }
            if let excess = domain.excess(text) {
                report("\(what) is \(Excerpt.short(text)), \(excess)", at: node.position)
                return nil
            }
            return try domain.code(text)
        } catch {
            let problem = message(error, text: Excerpt.short(text), of: what)
            guard case .notAmong = error, let remedy = remedy?(Excerpt.short(text)) else {
                report(problem, at: node.position)
                return nil
            }
            report("\(problem)\(problem.hasSuffix("?") ? "" : ".") \(remedy)", at: node.position)
            return nil
        }
    }

    private func message(_ error: ParameterValueError, text: String, of what: String) -> String {
        switch error {
        case .wrongType(let expected): "\(what) must be \(expected), not '\(text)'"
        case .notAmong(let words): "unknown \(what) '\(text)'\(Suggestion.phrase(for: text, among: words))"
        case .outside(let range): "\(what) must be within \(range), not \(text)"
        }
    }

    /// A whole number.
    func integer(_ node: SourceNode, of what: String, in range: ClosedRange<Int>) -> Int? {
        code(node, of: what, in: .integer(range)).map { Int(truncatingIfNeeded: $0) }
    }

    /// A finite number.
    func real(_ node: SourceNode, of what: String, in range: ClosedRange<Double>) -> Double? {
        code(node, of: what, in: .real(range)).map { Double(bitPattern: $0) }
    }

    /// One of some words.
    func choice(
        _ node: SourceNode,
        of what: String,
        among words: [String],
        remedy: ((String) -> String)? = nil
    ) -> String? {
        code(node, of: what, in: .choice(words), remedy: remedy).map { words[Int($0)] }
    }

    /// One of the words of a type.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ node: SourceNode, of what: String) -> Word? {
        choice(node, of: what, among: Word.allCases.map(\.rawValue)).flatMap(Word.init(rawValue:))
    }

    /// A text that is not empty.
    func text(_ node: SourceNode, of what: String) -> String? {
        if case .scalar(let text, _) = node.content, !text.isEmpty, !node.isNull { return text }
        report("\(what) must be a text, not \(node.kind)", at: node.position)
        return nil
    }

    /// A duration above zero.
    func duration(_ node: SourceNode, of what: String) -> Duration? {
        guard case .scalar(let text, _) = node.content, let duration = DurationText.duration(text) else {
            report("\(what) must be a duration such as \(DurationText.examples)", at: node.position)
            return nil
        }
        return duration
    }

    /// A path, as seen from where the file's own path is valid.
    func path(_ node: SourceNode, of what: String) -> String? {
        guard let path = text(node, of: what) else { return nil }
        // Whose folder that is depends on who reads the file, and a folder may be called so, too.
        guard path.first != "~" else {
            report(
                "\(what) begins with '~', which only shells replace; write the folder's whole path",
                at: node.position
            )
            return nil
        }
        return DocumentPath.resolve(path, relativeTo: file)
    }

    /// Whether `name` may name something that appears in CSV files and on command lines.
    func isUsable(name: String, at position: Diagnostic.Position) -> Bool {
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

extension ParameterDomain {
    /// Why a number cannot be taken as it is written; nil where it can, or where the text is no number.
    fileprivate func excess(_ text: String) -> String? {
        switch self {
        case .integer: DecimalText.integerExcess(text)?.problem
        case .real: DecimalText.realExcess(text)?.problem
        case .choice, .numbered, .flag: nil
        }
    }

    /// Whether values are words, which may stand in quotes, and not numbers or flags.
    var isWord: Bool {
        switch self {
        case .choice, .numbered: true
        case .integer, .real, .flag: false
        }
    }
}
