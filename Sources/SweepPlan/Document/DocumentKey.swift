// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A key of a mapping together with how its value is read, which gives a `Value`.
///
/// Readers keep theirs as static values and ask ``Fields/value(_:)`` for them.
struct DocumentKey<Value: Sendable>: Sendable {
    let facts: KeyFacts
    /// What holds where the key is left out or its value cannot be used.
    let standard: Value
    private let parse: @Sendable (SourceNode, _ what: String, DocumentReader) -> Value?

    private init(
        _ facts: KeyFacts,
        standard: Value,
        parse: @escaping @Sendable (SourceNode, String, DocumentReader) -> Value?
    ) {
        self.facts = facts
        self.standard = standard
        self.parse = parse
    }

    var name: String { facts.name }

    /// The value at a node; nil, and reported, where there is none.
    func read(_ node: SourceNode, by document: DocumentReader) -> Value? { parse(node, name, document) }
}

extension Fields {
    /// The value of a key, or its standard; a key that the mapping needs and has not is reported.
    func value<Value>(_ key: DocumentKey<Value>) -> Value {
        guard let node = key.facts.isRequired ? required(key.name) : self[key.name] else { return key.standard }
        return key.read(node, by: document) ?? key.standard
    }

    /// The value of a key that must be there for another reason than that every such mapping needs it.
    func required<Value>(_ key: DocumentKey<Value>) -> Value {
        required(key.name).flatMap { key.read($0, by: document) } ?? key.standard
    }
}

// Whole numbers.
extension DocumentKey where Value == Int {
    static func integer(_ name: String, in range: ClosedRange<Int>, standard: Int, _ summary: String) -> Self {
        Self(KeyFacts(name, .value(.integer(range)), standard: "\(standard)", summary), standard: standard) {
            $2.integer($0, of: $1, in: range)
        }
    }
}

extension DocumentKey where Value == Int? {
    static func integer(_ name: String, in range: ClosedRange<Int>, _ summary: String) -> Self {
        Self(KeyFacts(name, .value(.integer(range)), summary), standard: nil) { $2.integer($0, of: $1, in: range) }
    }
}

// Real numbers.
extension DocumentKey where Value == Double {
    static func real(_ name: String, in range: ClosedRange<Double>, standard: Double, _ summary: String) -> Self {
        let domain = ParameterDomain.real(range)
        let facts = KeyFacts(name, .value(domain), standard: domain.text(ParameterDomain.code(standard)), summary)
        return Self(facts, standard: standard) { $2.real($0, of: $1, in: range) }
    }
}

// Words.
extension DocumentKey where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words of a type.
    static func word(_ name: String, standard: Value, _ summary: String) -> Self {
        let words = Value.allCases.map(\.rawValue)
        return Self(KeyFacts(name, .value(.choice(words)), standard: standard.rawValue, summary), standard: standard) {
            $2.word($0, of: $1)
        }
    }
}

extension DocumentKey where Value == String? {
    /// One of some words; `standard` says in the schema what holds without one.
    static func choice(_ name: String, among words: [String], standard: String? = nil, _ summary: String) -> Self {
        Self(KeyFacts(name, .value(.choice(words)), standard: standard, summary), standard: standard) {
            $2.choice($0, of: $1, among: words)
        }
    }

    /// A path, as seen from where the file's own path is valid.
    static func path(_ name: String, isRequired: Bool = false, _ summary: String) -> Self {
        Self(KeyFacts(name, .path, isRequired: isRequired, summary), standard: nil) { $2.path($0, of: $1) }
    }

    /// A name that the file gives, and must give.
    static func name(_ name: String, _ summary: String) -> Self {
        Self(KeyFacts(name, .name, isRequired: true, summary), standard: nil) { node, what, document in
            guard let text = document.text(node, of: what) else { return nil }
            return document.isUsable(name: text, at: node.position) ? text : nil
        }
    }
}

extension DocumentKey where Value == Duration? {
    static func duration(_ name: String, _ summary: String) -> Self {
        Self(KeyFacts(name, .duration, summary), standard: nil) { $2.duration($0, of: $1) }
    }
}

extension DocumentKey where Value == SourceNode? {
    /// A value that another reader reads.
    static func node(
        _ name: String,
        _ form: ValueForm,
        isRequired: Bool = false,
        standard: String? = nil,
        _ summary: String
    ) -> Self {
        Self(KeyFacts(name, form, isRequired: isRequired, standard: standard, summary), standard: nil) { node, _, _ in
            node
        }
    }
}
