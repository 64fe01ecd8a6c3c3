// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A sweep file's text with another limit of images for each class, as if its author had written it.
///
/// The text itself is changed, and not what is read from it: it is what a run records, what certificates digest and what
/// anybody can run again.
public struct LimitedText {
    private static let key = "images"

    private let file: String
    private let lines: [Substring]
    private let document: DocumentReader

    /// Reads a sweep file's text.
    ///
    /// - Parameters:
    ///   - text: The file's content.
    ///   - file: The file's path, for messages.
    /// - Throws: `SweepFileError` when the file is no YAML.
    public init(_ text: String, file: String) throws(SweepFileError) {
        self.file = file
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        document = try DocumentReader(parsing: text, file: file)
    }

    /// The text with `images` limited to the first `limit` images of each class; the split stays.
    ///
    /// - Parameter limit: Images of each class, from 1.
    /// - Returns: The text.
    /// - Throws: `SweepFileError` where `images` lists indices, or where the file's form does not let it be replaced.
    public func limited(to limit: Int) throws(SweepFileError) -> String {
        guard case .mapping(let entries) = document.root.content, let first = entries.first else {
            throw problem("a sweep file must be a mapping", at: document.root.position)
        }
        let entry = entries.first { $0.key == Self.key }
        let line = "\(Self.key): {split: \(try split(entry)), per-class-limit: \(limit)}"
        let place = (entry ?? first).position
        let start = place.line - 1
        guard place.column == 1, lines.indices.contains(start) else { throw unreadable(place) }
        // What belongs to a key at the beginning of a line is indented, whether in lines of its own or in braces.
        let value = lines[(start + 1)...].prefix { $0.isEmpty || Self.isIndented($0) }
        let rest = entry == nil ? start : (value.lastIndex(where: Self.isIndented) ?? start) + 1
        let text = (lines[..<start] + [Substring(line)] + lines[rest...]).joined(separator: "\n")
        guard try Self.keys(DocumentReader(parsing: text, file: file).root) == Self.keys(document.root) else {
            throw unreadable(place)
        }
        return text
    }

    private func split(_ entry: SourceNode.Entry?) throws(SweepFileError) -> String {
        guard let entry else { return ImagesReader(document: document).read(nil).selection.split }
        if case .mapping(let fields) = entry.value.content, let indices = fields.first(where: { $0.key == "indices" }) {
            throw problem("images takes 'indices' here, which --per-class-limit excludes", at: indices.position)
        }
        let images = ImagesReader(document: document).read(entry.value)
        return try document.result(images).selection.split
    }

    private static func isIndented(_ line: Substring) -> Bool { line.first == " " || line.first == "\t" }

    /// The keys of the file but `images`.
    private static func keys(_ root: SourceNode) -> [String] {
        guard case .mapping(let entries) = root.content else { return [] }
        return entries.map(\.key).filter { $0 != key }
    }

    private func unreadable(_ position: Diagnostic.Position) -> SweepFileError {
        problem("--per-class-limit needs 'images' at the beginning of a line; write it into the file", at: position)
    }

    private func problem(_ message: String, at position: Diagnostic.Position) -> SweepFileError {
        SweepFileError([Diagnostic(file: file, position: position, message: message)])
    }
}
