// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import ZeroMQ

/// A public key that a coordinator lets in.
public struct AllowedKey: Hashable, Sendable {
    /// What it is called.
    public let name: KeyName
    /// The key.
    public let publicKey: CurvePublicKey
    /// Since when it is allowed.
    public let since: Date

    /// A key that is allowed from this date on.
    public init(name: KeyName, publicKey: CurvePublicKey, since: Date) {
        self.name = name
        self.publicKey = publicKey
        self.since = since
    }
}

/// The content of the file `allowed-keys`: keys, and the comments around them.
public struct AllowedKeys: Sendable {
    private enum Line {
        case key(AllowedKey)
        case other(String)
    }

    static let limit = 4 << 20

    private let path: String
    private var lines: [Line]
    private var names: [CurvePublicKey: KeyName] = [:]

    /// No key, in a file that is to be made.
    init(path: String) {
        self.path = path
        lines = [
            .other("# One allowed public key a line: NAME = PUBLIC-KEY DATE. A running coordinator sees every change.")
        ]
    }

    /// Reads the text of the file at `path`.
    init(_ text: String, path: String) throws(KeyringError) {
        let content = try KeyFileText(text, .allowed, path: path)
        self.path = path
        lines = []
        var taken: Set<KeyName> = []
        for (line, field) in zip(content.lines, content.fields) {
            guard let field else {
                lines.append(.other(String(line)))
                continue
            }
            let key = try Self.key(field, path)
            guard taken.insert(key.name).inserted, names.updateValue(key.name, forKey: key.publicKey) == nil else {
                throw field.damaged(path, "name or key stands in an earlier line too; remove one of them")
            }
            lines.append(.key(key))
        }
    }

    private static func key(_ field: KeyFileText.Field, _ path: String) throws(KeyringError) -> AllowedKey {
        let parts = field.value.split(separator: " ").map(String.init)
        guard parts.count == 2, let key = try? CurvePublicKey(text: parts[0]), let since = KeyDate.date(parts[1]) else {
            let example = "a key of 40 characters and a date like 2026-01-31T12:00:00Z"
            throw field.damaged(path, "not 'NAME = PUBLIC-KEY DATE' with \(example)")
        }
        guard let name = try? KeyName(field.name) else {
            throw field.damaged(path, "\(KeyringError.badName(field.name))")
        }
        return AllowedKey(name: name, publicKey: key, since: since)
    }

    /// The keys, in the order of the file.
    public var keys: [AllowedKey] {
        lines.compactMap { line in
            if case .key(let key) = line { key } else { nil }
        }
    }

    /// The name of an allowed key; nil for any other.
    public func name(of key: CurvePublicKey) -> KeyName? { names[key] }

    /// Adds a key.
    ///
    /// - Throws: `alreadyAllowed` or `nameTaken`.
    mutating func add(_ key: AllowedKey) throws(KeyringError) {
        if let name = names[key.publicKey] { throw .alreadyAllowed(name, path: path) }
        guard !keys.contains(where: { $0.name == key.name }) else { throw .nameTaken(key.name, path: path) }
        names[key.publicKey] = key.name
        lines.append(.key(key))
    }

    /// Removes the key of this name, or this key, and returns it.
    ///
    /// - Throws: `notAllowed` when there is none.
    mutating func remove(_ text: String) throws(KeyringError) -> AllowedKey {
        guard let key = keys.first(where: { $0.name.description == text || $0.publicKey.text == text }) else {
            throw .notAllowed(text, path: path)
        }
        names[key.publicKey] = nil
        lines.removeAll { line in
            if case .key(key) = line { true } else { false }
        }
        return key
    }

    var text: String {
        let texts = lines.map { line in
            switch line {
            case .key(let key): "\(key.name) = \(key.publicKey) \(KeyDate.text(key.since))"
            case .other(let text): text
            }
        }
        return ([KeyFileText.Kind.allowed.heading] + texts).map { $0 + "\n" }.joined()
    }
}
