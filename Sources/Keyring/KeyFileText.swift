// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ZeroMQ

/// The text of every key file: a line with kind and version, then `name = value` lines, blank lines and `#` comments.
struct KeyFileText {
    /// What a file is for; its raw value stands in the first line.
    enum Kind: String {
        case coordinator = "coordinator key"
        case worker = "worker key"
        case allowed = "allowed keys"
        case invitation

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

extension KeyFileText.Field {
    func damaged(_ path: String, _ what: String) -> KeyringError {
        .damaged(path: path, line: line, what: what)
    }

    func publicKey(_ path: String) throws(KeyringError) -> CurvePublicKey {
        do {
            return try CurvePublicKey(text: value)
        } catch {
            throw damaged(path, "'\(name)' is no public key, which has 40 characters; restore it from a copy")
        }
    }

    func keyName(_ path: String) throws(KeyringError) -> KeyName {
        do {
            return try KeyName(value)
        } catch {
            throw damaged(path, "\(error)")
        }
    }

    func date(_ path: String) throws(KeyringError) -> Date {
        guard let date = KeyDate.date(value) else {
            throw damaged(path, "'\(name)' is no date like 2026-01-31T12:00:00Z")
        }
        return date
    }

    /// The pair of this secret key, whose public half must be what the line `publicKey` says.
    func pair(with publicKey: KeyFileText.Field, _ path: String) throws(KeyringError) -> CurveKeyPair {
        let expected = try publicKey.publicKey(path)
        // The text is not told: it may be a secret with one wrong character.
        guard let secret = try? CurveSecretKey(text: value), let pair = try? CurveKeyPair(secretKey: secret) else {
            throw damaged(path, "'\(name)' is no secret key, which has 40 characters; restore it from a copy")
        }
        guard pair.publicKey == expected else {
            throw damaged(path, "'\(name)' and '\(publicKey.name)' do not belong together; restore them from a copy")
        }
        return pair
    }
}

extension StringProtocol {
    /// Without the blanks at both ends.
    var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
