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
struct YAMLParser {
    /// A sweep file of a million cells has a few lines; one with ten thousand listed images has 60 kB.
    static let sizeLimit = 1 << 20
    /// Keys overwritten before the rest is left for the next time.
    private static let repeatedKeyLimit = 100

    private let file: String
    private var text: SourceText
    /// The keys that were overwritten.
    private var overwritten: [Diagnostic.Position: String] = [:]
    private(set) var diagnostics: [Diagnostic] = []

    private init(_ text: String, file: String) {
        self.file = file
        self.text = SourceText(text)
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
        var parser = YAMLParser(text, file: file)
        let root = try parser.node(parser.compose())
        return (root, parser.diagnostics)
    }

    private mutating func compose() throws(SweepFileError) -> Node {
        if let (name, position) = text.firstAlias() {
            throw failure("'*\(name)' stands for '&\(name)': aliases are not read; write the value out", at: position)
        }
        while true {
            do {
                // The encoding is named because the parser would look for its default in the environment.
                let parser = try Parser(yaml: text.string, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else { throw failure("the file is empty", at: .start) }
                return root
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
        else { throw failure("key '\(Excerpt.short(key))' is given twice", at: position) }
        overwritten[position] = key
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

    private mutating func node(_ node: Node) -> SourceNode {
        let position = node.mark.map(Diagnostic.Position.init) ?? .start
        switch node {
        case .scalar(let scalar):
            return SourceNode(position: position, content: .scalar(scalar.string, isPlain: scalar.style == .plain))
        case .sequence(let sequence):
            return SourceNode(position: position, content: .sequence(sequence.map { self.node($0) }))
        case .mapping(let mapping):
            return SourceNode(position: position, content: .mapping(entries(mapping)))
        case .alias:
            // The parser puts the anchor's node in an alias's place; only hand-made trees hold this case.
            return SourceNode(position: position, content: .scalar("", isPlain: true))
        }
    }

    private mutating func entries(_ mapping: Node.Mapping) -> [SourceNode.Entry] {
        var entries: [SourceNode.Entry] = []
        var lines: [String: Int] = [:]
        for (key, value) in mapping {
            let position = key.mark.map(Diagnostic.Position.init) ?? .start
            guard case .scalar(let scalar) = key else {
                diagnostics.append(Diagnostic(file: file, position: position, message: "a key must be a word"))
                continue
            }
            let name = overwritten[position] ?? scalar.string
            if let line = lines[name] {
                let message = "key '\(Excerpt.short(name))' is given twice; it stands in line \(line) already"
                diagnostics.append(Diagnostic(file: file, position: position, message: message))
                continue
            }
            lines[name] = position.line
            entries.append(SourceNode.Entry(key: name, position: position, value: node(value)))
        }
        return entries
    }
}

extension Diagnostic.Position {
    fileprivate init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}
