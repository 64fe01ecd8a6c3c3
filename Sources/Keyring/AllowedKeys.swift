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
    /// What it may do.
    public let role: KeyRole

    /// A key that is allowed from this date on; a worker's unless said otherwise.
    public init(name: KeyName, publicKey: CurvePublicKey, since: Date, role: KeyRole = .worker) {
        self.name = name
        self.publicKey = publicKey
        self.since = since
        self.role = role
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
    private var byKey: [CurvePublicKey: AllowedKey] = [:]

    /// No key, in a file that is to be made.
    init(path: String) {
        self.path = path
        lines = [
            .other(
                "# One allowed key a line: NAME = PUBLIC-KEY DATE ROLE (worker, viewer or operator). "
                    + "A running coordinator sees every change."
            )
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
            guard taken.insert(key.name).inserted, byKey.updateValue(key, forKey: key.publicKey) == nil else {
                throw field.damaged(path, "name or key stands in an earlier line too; remove one of them")
            }
            lines.append(.key(key))
        }
    }

    /// A line without a role is of the time before there were any: it is a worker's, who may do least.
    private static func key(_ field: KeyFileText.Field, _ path: String) throws(KeyringError) -> AllowedKey {
        let parts = field.value.split(separator: " ").map(String.init)
        let role = parts.count == 3 ? KeyRole(rawValue: parts[2]) : parts.count == 2 ? .worker : nil
        guard let role, let key = try? CurvePublicKey(text: parts[0]), let since = KeyDate.date(parts[1]) else {
            let example = "a key of 40 characters, a date like 2026-01-31T12:00:00Z, and worker, viewer or operator"
            throw field.damaged(path, "not 'NAME = PUBLIC-KEY DATE ROLE' with \(example)")
        }
        guard let name = try? KeyName(field.name) else {
            throw field.damaged(path, "\(KeyringError.badName(field.name))")
        }
        return AllowedKey(name: name, publicKey: key, since: since, role: role)
    }

    /// The keys, in the order of the file.
    public var keys: [AllowedKey] {
        lines.compactMap { line in
            if case .key(let key) = line { key } else { nil }
        }
    }

    /// What is known of an allowed key; nil for any other.
    public func entry(of key: CurvePublicKey) -> AllowedKey? { byKey[key] }

    /// Adds a key.
    ///
    /// - Throws: `alreadyAllowed` or `nameTaken`.
    mutating func add(_ key: AllowedKey) throws(KeyringError) {
        if let known = byKey[key.publicKey] { throw .alreadyAllowed(known.name, path: path) }
        guard !keys.contains(where: { $0.name == key.name }) else { throw .nameTaken(key.name, path: path) }
        byKey[key.publicKey] = key
        lines.append(.key(key))
    }

    /// The usual name of a key of this role, or else with the first number from 2 that no other key has.
    func freeName(for role: KeyRole) throws(KeyringError) -> KeyName {
        let taken = Set(keys.map(\.name))
        var (name, number) = (KeyName.usual(role), 1)
        while taken.contains(name) {
            number += 1
            name = try KeyName("\(role)-\(number)")
        }
        return name
    }

    /// Removes the key of this name, or this key, and returns it.
    ///
    /// - Throws: `notAllowed` when there is none.
    mutating func remove(_ text: String) throws(KeyringError) -> AllowedKey {
        guard let key = keys.first(where: { $0.name.description == text || $0.publicKey.text == text }) else {
            throw .notAllowed(text, path: path)
        }
        byKey[key.publicKey] = nil
        lines.removeAll { line in
            if case .key(key) = line { true } else { false }
        }
        return key
    }

    var text: String {
        let texts = lines.map { line in
            switch line {
            case .key(let key): "\(key.name) = \(key.publicKey) \(KeyDate.text(key.since)) \(key.role)"
            case .other(let text): text
            }
        }
        return ([KeyFileText.Kind.allowed.heading] + texts).map { $0 + "\n" }.joined()
    }
}
