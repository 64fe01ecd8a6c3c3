// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import Yams

/// Makes source nodes of YAML text, with the place of every problem.
///
/// How YAML is written is known here and nowhere else.
///
/// The parser gives up at a key that a mapping holds twice, and tells the place of the first only. So that one such key
/// hides no other problem, the first is overwritten by a private character and the text is parsed again; the places of
/// everything else stay as they are.
///
/// Aliases are followed here and not by the parser, which would put each anchor's node, with the anchor's place, wherever
/// it is named. To it, every `*` is a private character, so that an alias is a plain word that begins with it.
struct YAMLParser {
    /// A sweep file of a million cells has a few lines; one with ten thousand listed images has 60 kB.
    static let sizeLimit = 1 << 20
    /// Keys overwritten before the rest is left for the next time.
    private static let repeatedKeyLimit = 100

    private let file: String
    private var text: SourceText
    /// The keys that were overwritten.
    private var overwritten: [Diagnostic.Position: String] = [:]
    private var anchors = Anchors()
    /// What the parser sees for `*`.
    private let star: Unicode.Scalar
    private(set) var diagnostics: [Diagnostic] = []

    private init(_ text: String, file: String) throws(SweepFileError) {
        self.file = file
        self.text = SourceText(text)
        guard let star = self.text.unusedPrivateCharacter() else {
            let message = "the file has every character of Unicode's private use area; leave one out"
            throw SweepFileError([Diagnostic(file: file, position: .start, message: message)])
        }
        self.star = star
        self.text.replace("*", by: star)
    }

    /// Parses a file; the diagnostics tell of keys that stand twice, of which the later ones are left out.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - file: The file's name, for messages.
    /// - Returns: The file's node, and the problems that do not keep it from being read.
    /// - Throws: `SweepFileError` when there is nothing to go on with.
    static func parse(
        _ text: String,
        file: String
    ) throws(SweepFileError) -> (root: SourceNode, diagnostics: [Diagnostic]) {
        guard text.utf8.count <= sizeLimit else {
            let message = "the file has \(text.utf8.count) bytes; at most \(sizeLimit) are read"
            throw SweepFileError([Diagnostic(file: file, position: .start, message: message)])
        }
        var parser = try YAMLParser(text, file: file)
        let (tree, owner) = try parser.compose()
        // The nodes of the tree do not hold on to the names of their anchors; the object that parsed them does.
        let root = try withExtendedLifetime(owner) { () throws(SweepFileError) in try parser.node(tree, depth: 0) }
        return (root.withoutExtensions, parser.diagnostics)
    }

    /// The file's tree, and the object that must live as long as it is used.
    private mutating func compose() throws(SweepFileError) -> (tree: Node, owner: Parser) {
        while true {
            do {
                // The encoding is named because the parser would look for its default in the environment.
                let parser = try Parser(yaml: text.string, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else { throw failure("the file is empty", at: .start) }
                return (root, parser)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                try overwrite(keys.first ?? "", at: Diagnostic.Position(context.mark))
            } catch let error as YamlError {
                throw failure(error)
            } catch let error as SweepFileError {
                throw error
            } catch {
                throw failure("not readable as YAML: \(error)", at: .start)
            }
        }
    }

    private mutating func overwrite(_ key: String, at position: Diagnostic.Position) throws(SweepFileError) {
        let replacement = Unicode.Scalar(0xE000 + UInt32(overwritten.count))
        guard overwritten.count < Self.repeatedKeyLimit, let replacement,
            text.overwrite(key, at: position, with: replacement)
        else { throw failure("key '\(Excerpt.short(shown(key)))' is given twice", at: position) }
        overwritten[position] = shown(key)
    }

    private func failure(_ message: String, at position: Diagnostic.Position) -> SweepFileError {
        SweepFileError([Diagnostic(file: file, position: position, message: message)])
    }

    private func failure(_ error: YamlError) -> SweepFileError {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = context.map { " (\($0.text) that begins at \($0.mark.line):\($0.mark.column))" } ?? ""
            return failure("not valid YAML: \(problem)\(place)", at: Diagnostic.Position(mark))
        case .reader(let problem, let offset, _, let yaml):
            let index = yaml.prefix(offset ?? 0).unicodeScalars.count
            return failure("not valid YAML: \(problem)", at: text.position(index))
        default:
            return failure("not valid YAML: \(error)", at: .start)
        }
    }

    /// The text as the file has it.
    private func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == star ? "*" : $0 }))
    }

    private mutating func node(_ node: Node, depth: Int) throws(SweepFileError) -> SourceNode {
        let position = node.mark.map(Diagnostic.Position.init) ?? .start
        let made: SourceNode
        switch node {
        case .scalar(let scalar):
            made = try self.scalar(scalar, at: position, depth: depth)
        case .sequence(let sequence):
            var elements: [SourceNode] = []
            for element in sequence { elements.append(try self.node(element, depth: depth + 1)) }
            made = SourceNode(position: position, content: .sequence(elements))
        case .mapping(let mapping):
            made = SourceNode(position: position, content: .mapping(try entries(mapping, depth: depth + 1)))
        case .alias:
            // The parser sees no aliases, and only hand-made trees hold this case.
            made = SourceNode(position: position, content: .scalar("", isPlain: true))
        }
        if let anchor = node.anchor { anchors.define(anchor.rawValue, as: made) }
        return made
    }

    private mutating func scalar(
        _ scalar: Node.Scalar,
        at position: Diagnostic.Position,
        depth: Int
    ) throws(SweepFileError) -> SourceNode {
        let (text, isPlain) = (shown(scalar.string), scalar.style == .plain)
        // No plain text of YAML begins with a star.
        guard isPlain, scalar.string.unicodeScalars.first == star else {
            return SourceNode(position: position, content: .scalar(text, isPlain: isPlain))
        }
        let name = String(text.dropFirst())
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfName), scalar.anchor == nil else {
            let problem = "a text that begins with '*' is an alias's name in YAML; put the text in quotes"
            throw failure(problem, at: position)
        }
        do throws(Anchors.Failure) {
            return try anchors.copy(name, at: position, depth: depth)
        } catch {
            throw failure(error.message, at: position)
        }
    }

    /// Whether a byte is one of the name of an anchor, as the parser reads them.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

// Mappings.
extension YAMLParser {
    private mutating func entries(_ mapping: Node.Mapping, depth: Int) throws(SweepFileError) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var lines: [String: Int] = [:]
        var merged: [SourceNode.Entry] = []
        for (key, value) in mapping {
            let position = key.mark.map(Diagnostic.Position.init) ?? .start
            // Read before the key is judged: the value may define what a later alias stands for.
            let (key, isMerge) = (try node(key, depth: depth), Self.isMerge(key))
            let value = try node(value, depth: depth)
            if isMerge {
                merged += mergedEntries(value)
                continue
            }
            guard case .scalar(let text, _) = key.content else {
                diagnostics.append(Diagnostic(file: file, position: position, message: "a key must be a word"))
                continue
            }
            let name = overwritten[position] ?? text
            if let line = lines[name] {
                let message = "key '\(Excerpt.short(name))' is given twice; it stands in line \(line) already"
                diagnostics.append(Diagnostic(file: file, position: position, message: message))
                continue
            }
            lines[name] = position.line
            entries.append(SourceNode.Entry(key: name, position: position, value: value))
        }
        // What a mapping says itself goes before what it takes from others, and the first of these before the rest.
        for entry in merged where lines.updateValue(entry.position.line, forKey: entry.key) == nil {
            entries.append(entry)
        }
        return entries
    }

    /// Whether the key is `<<`, which takes the entries of other mappings over.
    private static func isMerge(_ key: Node) -> Bool {
        guard case .scalar(let scalar) = key else { return false }
        return scalar.style == .plain && scalar.string == "<<"
    }

    private mutating func mergedEntries(_ value: SourceNode) -> [SourceNode.Entry] {
        let mappings = if case .sequence(let elements) = value.content { elements } else { [value] }
        return mappings.flatMap { mapping -> [SourceNode.Entry] in
            if case .mapping(let entries) = mapping.content { return entries }
            let message = "'<<' takes a mapping, or a list of them, not \(mapping.kind)"
            diagnostics.append(Diagnostic(file: file, position: mapping.position, message: message))
            return []
        }
    }
}

extension SourceNode {
    /// A file's root without the keys that begin with `x-`: places for anchors, which mean nothing themselves.
    fileprivate var withoutExtensions: SourceNode {
        guard case .mapping(let entries) = content else { return self }
        let read = entries.filter { !$0.key.hasPrefix(DocumentReader.unreadPrefix) }
        return SourceNode(position: position, content: .mapping(read))
    }
}

extension Diagnostic.Position {
    fileprivate init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}
