// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where settings are written in a sweep file's text: at its end, in the place of those that it has.
struct SettingsPlace {
    /// The lines before them.
    let before: [Substring]
    /// The lines behind them.
    let after: [Substring]
    /// Whether the file is in braces, as JSON is.
    let isBraced: Bool
    /// What is said where a text turns out not to have such a place.
    let problem: Diagnostic

    /// Finds the place.
    ///
    /// - Throws: `SweepFileError` where there is none.
    init(in text: String, of document: DocumentReader) throws(SweepFileError) {
        let message = "the file's form lets no option be added to it; write 'set', 'only' and 'skip' into the file"
        let position: Diagnostic.Position
        guard case .mapping(let entries) = document.root.content else {
            let problem = Diagnostic(
                file: document.file,
                position: document.root.position,
                message: "a sweep file must be a mapping"
            )
            throw SweepFileError([problem])
        }
        let own = entries.filter { SettingsReader.Key.names.contains($0.key) }
        position = own.first?.position ?? document.root.position
        problem = Diagnostic(file: document.file, position: position, message: message)
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        isBraced = entries.first.map { Self.isBraced(lines, before: $0.position) } ?? false
        guard isBraced else {
            guard own.allSatisfy({ $0.position.column == 1 }) else { throw SweepFileError([problem]) }
            for entry in own.sorted(by: { $0.position > $1.position }) { Self.remove(entry, from: &lines) }
            while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
            let hasEnd = lines.last?.hasPrefix("...") == true
            after = (hasEnd ? [lines.removeLast()] : []) + [""]
            before = lines
            return
        }
        guard own.isEmpty, let last = lines.lastIndex(where: { $0.contains("}") }),
            let brace = lines[last].lastIndex(of: "}")
        else { throw SweepFileError([problem]) }
        before = Array(lines[..<last]) + [lines[last][..<brace]]
        after = [lines[last][brace...]] + lines[(last + 1)...]
    }

    /// Whether an open brace stands before the first key, with nothing but comments before.
    private static func isBraced(_ lines: [Substring], before position: Diagnostic.Position) -> Bool {
        lines.prefix(position.line).contains { line in
            line.drop { $0 == " " || $0 == "\t" }.hasPrefix("{")
        }
    }

    /// Takes out a key at the beginning of a line, with what belongs to it: lines that are indented, or items of a list.
    private static func remove(_ entry: SourceNode.Entry, from lines: inout [Substring]) {
        let start = entry.position.line - 1
        guard lines.indices.contains(start) else { return }
        let rest = lines[(start + 1)...]
        let value = rest.prefix { $0.isEmpty || [" ", "\t", "-", "]", "}"].contains($0.first) && !$0.hasPrefix("---") }
        let last = value.lastIndex { !$0.isEmpty } ?? start
        lines.removeSubrange(start...last)
    }
}
