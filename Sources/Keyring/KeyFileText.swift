// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The text of every key file: a line with kind and version, then `name = value` lines, blank lines and `#` comments.
struct KeyFileText {
    /// What a file is for; its raw value stands in the first line.
    enum Kind: String {
        case coordinator = "coordinator key"
        case worker = "worker key"
        case allowed = "allowed keys"

        /// The first line of a file of this kind.
        var heading: String { "bitsweep \(rawValue) 1" }
    }

    /// A line that gives a value.
    struct Field {
        let line: Int
        let name: String
        let value: String
    }

    let path: String
    /// Every line after the first, as it stands in the file.
    let lines: [Substring]
    /// The field of each of `lines`; nil for blank lines and comments.
    let fields: [Field?]

    /// Reads the text of the file at `path`, which must be of this kind.
    init(_ text: String, _ kind: Kind, path: String) throws(KeyringError) {
        var lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        // The newline that ends the last line begins none.
        if lines.last?.isEmpty == true { lines.removeLast() }
        let heading = lines.first.map { $0.trimmed } ?? ""
        if heading != kind.heading {
            guard heading.hasPrefix("bitsweep \(kind.rawValue) ") else {
                throw .wrongKind(path: path, expected: kind.rawValue)
            }
            throw .newer(path: path)
        }
        self.path = path
        self.lines = Array(lines.dropFirst())
        var fields: [Field?] = []
        for (index, line) in self.lines.enumerated() {
            fields.append(try Self.field(line.trimmed, number: index + 2, path: path))
        }
        self.fields = fields
    }

    private static func field(_ text: String, number: Int, path: String) throws(KeyringError) -> Field? {
        if text.isEmpty || text.hasPrefix("#") { return nil }
        guard let equals = text.firstIndex(of: "=") else {
            throw .damaged(path: path, line: number, what: "neither 'name = value' nor a # comment; remove the line")
        }
        return Field(
            line: number,
            name: text[..<equals].trimmed,
            value: text[text.index(after: equals)...].trimmed
        )
    }

    /// The values of exactly these fields, in this order.
    func values(_ names: [String]) throws(KeyringError) -> [Field] {
        var found: [String: Field] = [:]
        for case let field? in fields {
            guard names.contains(field.name) else {
                let known = names.joined(separator: ", ")
                throw .damaged(path: path, line: field.line, what: "unknown name; the file has \(known)")
            }
            guard found.updateValue(field, forKey: field.name) == nil else {
                throw .damaged(path: path, line: field.line, what: "a second '\(field.name)'")
            }
        }
        var values: [Field] = []
        for name in names {
            guard let field = found[name] else {
                throw .damaged(path: path, line: lines.count + 1, what: "no line '\(name) = …'; restore it from a copy")
            }
            values.append(field)
        }
        return values
    }
}

extension StringProtocol {
    /// Without the blanks at both ends.
    var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
