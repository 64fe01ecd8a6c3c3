// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import SweepPlan

/// A document as JSON, and every document that is the same but for one thing.
struct JSONDocument {
    let value: JSONValue

    init(value: JSONValue) { self.value = value }

    /// What a YAML file says, by the rules of YAML 1.2: aliases followed, merges done, without keys that mean nothing.
    init(yaml text: String) throws {
        value = Self.value(try DocumentReader(parsing: text, file: "document.yaml").root)
    }

    /// As text.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }

    private static func value(_ node: SourceNode) -> JSONValue {
        switch node.content {
        case .mapping(let entries):
            .object(Dictionary(uniqueKeysWithValues: entries.map { ($0.key, value($0.value)) }))
        case .sequence(let elements): .list(elements.map(value))
        case .scalar(let text, let isPlain): isPlain ? plain(text) : .string(text)
        }
    }

    private static func plain(_ text: String) -> JSONValue {
        if ["", "~", "null", "Null", "NULL"].contains(text) { return .null }
        if ["true", "True", "TRUE"].contains(text) { return .truth(true) }
        if ["false", "False", "FALSE"].contains(text) { return .truth(false) }
        if let number = Int(text) { return .integer(number) }
        if let number = Double(text), number.isFinite, text.first?.isLetter == false { return .real(number) }
        return .string(text)
    }
}

extension JSONDocument {
    /// A document with one thing changed.
    struct Change {
        var path: String
        var value: JSONValue
    }

    /// What is put in the place of every value.
    private static let replacements: [JSONValue] = [
        .null, .string("nonsense"), .string(""), .integer(-1), .integer(1), .real(1.5), .real(2_000_000.5),
        .truth(true),
        .list([]), .list([.list([.string("dx")])]), .object([:]), .object(["nonsense": .integer(1)]),
        .object(["range": .list([.integer(0), .integer(1), .integer(1)])]),
        .object(["logspace": .list([.integer(0), .integer(1), .integer(3)])]),
        .object(["linspace": .list([.integer(0), .integer(1), .real(1.5)])]),
    ]

    /// Every value replaced, every key misspelt, left out and joined by one that nobody knows.
    var changes: [Change] { Self.changes(of: value, path: "") }

    private static func changes(of value: JSONValue, path: String) -> [Change] {
        var changes = replacements.map { Change(path: "\(path) := \(JSONDocument(value: $0).text)", value: $0) }
        switch value {
        case .object(let members):
            changes.append(Change(path: "\(path) + unknown", value: .object(members.merging(["unknown": 1]) { $1 })))
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                var rest = members
                rest[key] = nil
                changes.append(Change(path: "\(path)/\(key) left out", value: .object(rest)))
                rest["\(key)x"] = member
                changes.append(Change(path: "\(path)/\(key) misspelt", value: .object(rest)))
                changes += Self.changes(of: member, path: "\(path)/\(key)").map { change in
                    var changed = members
                    changed[key] = change.value
                    return Change(path: change.path, value: .object(changed))
                }
            }
        case .list(let elements):
            for (number, element) in elements.enumerated() {
                changes += Self.changes(of: element, path: "\(path)/\(number)").map { change in
                    var changed = elements
                    changed[number] = change.value
                    return Change(path: change.path, value: .list(changed))
                }
            }
        default: break
        }
        return changes
    }
}
