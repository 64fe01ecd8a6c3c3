// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Says in JSON Schema what a ``ValueForm`` allows.
///
/// What a schema cannot say stays the reader's: that a name is declared, that a file exists, that axes of a zip have
/// equal numbers of values. A whole number written as `1.0` is one to a schema, and none to the reader.
struct SchemaWriter {
    typealias Members = [String: JSONValue]

    /// The forms that several places share, by their names.
    private(set) var definitions: [String: Members] = [:]

    /// The schema of a form.
    mutating func schema(of form: ValueForm) -> Members {
        switch form {
        case .value(let domain): return domain.schema
        case .values(let domain): return values(domain)
        case .text: return Self.text
        case .path: return Self.text.merging(["pattern": "^[^~]"]) { $1 }
        case .name: return Self.name
        case .names(let known):
            let single = known.isEmpty ? [Self.name] : [["enum": .strings(known)], Self.name]
            return anyOf(single + [Self.list(of: anyOf(single), least: 1)])
        case .duration: return Self.duration
        case .mapping(let table): return mapping(table)
        case .named(let form, let own): return named(form, own: own)
        case .list(let element, let least, let most):
            let element = schema(of: element)
            var list = Self.list(of: element, least: least)
            list["maxItems"] = most.map(JSONValue.integer)
            return least > 1 ? list : anyOf([list, element])
        case .word(let pattern): return ["type": "string", "pattern": .string(pattern)]
        case .settings: return ["type": "object"]
        case .nothing: return ["type": "null"]
        case .anyOf(let forms):
            var schemas: [Members] = []
            for form in forms { schemas.append(schema(of: form)) }
            return anyOf(schemas)
        case .shared(let name, let form):
            let key = name.replacing(" ", with: "-")
            if definitions[key] == nil { definitions[key] = schema(of: form) }
            return ["$ref": .string("#/definitions/\(key)")]
        }
    }

    private func anyOf(_ schemas: [Members]) -> Members {
        schemas.count == 1 ? schemas[0] : ["anyOf": .list(schemas.map(JSONValue.object))]
    }

    private static func list(of element: Members, least: Int) -> Members {
        ["type": "array", "items": .object(element), "minItems": .integer(least)]
    }
}

// Mappings.
extension SchemaWriter {
    private mutating func mapping(_ table: KeyTable) -> Members {
        var members: Members = ["type": "object", "additionalProperties": false]
        members["properties"] = properties(table.keys)
        if table.needsOne { members["minProperties"] = 1 }
        var patterns: Members = [:]
        for pattern in table.patterns { patterns[pattern.text] = .object(schema(of: pattern.form)) }
        if !patterns.isEmpty { members["patternProperties"] = .object(patterns) }
        let required = table.keys.filter(\.isRequired).map(\.name)
        if !required.isEmpty { members["required"] = .strings(required) }
        if !table.rules.isEmpty { members["allOf"] = .list(table.rules.map { .object(Self.schema(of: $0)) }) }
        return members
    }

    private mutating func named(_ form: ValueForm, own: [KeyFacts]) -> Members {
        [
            "type": "object", "minProperties": 1, "propertyNames": .object(Self.name),
            "properties": properties(own), "additionalProperties": .object(schema(of: form)),
        ]
    }

    private mutating func properties(_ keys: [KeyFacts]) -> JSONValue {
        var properties: Members = [:]
        for key in keys {
            var property = schema(of: key.form)
            property["description"] = .string(key.summary)
            property["default"] = key.standard.map(Self.value)
            properties[key.name] = .object(property)
        }
        return .object(properties)
    }

    private static func schema(of rule: KeyTable.Rule) -> Members {
        func each(_ keys: [String]) -> JSONValue { .list(keys.map { .object(["required": .strings([$0])]) }) }
        switch rule {
        case .exactlyOne(let keys): return ["oneOf": each(keys)]
        case .atLeastOne(let keys): return ["anyOf": each(keys)]
        case .atMostOne(let keys):
            // None, or exactly one of them.
            let none: Members = ["not": .object(["anyOf": each(keys)])]
            return ["oneOf": .list([.object(none), .object(["oneOf": each(keys)])])]
        }
    }

    /// A text of a file as the value that YAML makes of it.
    private static func value(_ text: String) -> JSONValue {
        if let number = DecimalText.integer(text) { return .integer(number) }
        if let number = DecimalText.real(text) { return .real(number) }
        return TruthText.value(text).map(JSONValue.truth) ?? .string(text)
    }
}

// Values.
extension SchemaWriter {
    /// What reads as a text: YAML makes numbers of some.
    private static let text: Members = ["type": ["string", "number", "boolean"], "minLength": 1]

    private static let name: Members = [
        "type": ["string", "number", "boolean"], "minimum": 0, "pattern": "^[A-Za-z0-9._][A-Za-z0-9._-]{0,63}$",
    ]

    private static let duration: Members = {
        let number = "[0-9]+([.][0-9]*)?"
        let units = "dhms".map { "(\(number)\($0))?" }.joined()
        let clock = "[0-9]+:[0-5]?[0-9](:[0-5]?[0-9])?"
        let days = "[0-9]+-([01]?[0-9]|2[0-3])(:[0-5]?[0-9]){0,2}"
        let text: Members = ["type": "string", "pattern": .string("^(\(number)|(?=.)\(units)|\(clock)|\(days))$")]
        let seconds: Members = ["type": "number", "exclusiveMinimum": 0, "maximum": .integer(8_640_000_000)]
        return ["anyOf": .list([.object(seconds), .object(text)])]
    }()

    private func values(_ domain: ParameterDomain) -> Members {
        let spacings: [Spacing] =
            switch domain {
            case .integer, .numbered: [.range]
            case .real: Spacing.allCases
            case .choice, .flag: []
            }
        return anyOf(
            [domain.schema, Self.list(of: domain.schema, least: 1)] + spacings.map { Self.schema(of: $0, domain) }
        )
    }

    /// The schema of `{range: [from, to, step]}` and its like.
    private static func schema(of spacing: Spacing, _ domain: ParameterDomain) -> Members {
        let number: Members = ["type": domain.isInteger ? "integer" : "number"]
        var from = number.merging(domain.bounds) { $1 }
        var to = number
        var third = number
        switch spacing {
        case .range: third["not"] = .object(["const": 0])
        case .logspace:
            (from["exclusiveMinimum"], to["exclusiveMinimum"]) = (0, 0)
            fallthrough
        case .linspace:
            to = to.merging(domain.bounds) { $1 }
            third = ["type": "integer", "minimum": 2, "maximum": .integer(Spacing.countLimit)]
        }
        let numbers: Members = [
            "type": "array", "items": .list([from, to, third].map(JSONValue.object)), "minItems": 3, "maxItems": 3,
            "description": .string(spacing.summary),
        ]
        return [
            "type": "object", "properties": .object([spacing.rawValue: .object(numbers)]),
            "required": .strings([spacing.rawValue]), "additionalProperties": false,
        ]
    }
}

extension ParameterDomain {
    /// The schema of one value.
    fileprivate var schema: SchemaWriter.Members {
        switch self {
        case .integer(let range) where range.lowerBound == range.upperBound: ["enum": [.integer(range.lowerBound)]]
        case .integer: bounds.merging(["type": "integer"]) { $1 }
        case .real: bounds.merging(["type": "number"]) { $1 }
        case .choice(let words): ["enum": .strings(words)]
        case .numbered(let words):
            ["anyOf": [.object(["enum": .strings(words)]), .object(bounds.merging(["type": "integer"]) { $1 })]]
        case .flag: ["enum": .list([true, false] + TruthText.words.map(JSONValue.string))]
        }
    }

    /// The least and the largest number; those that no reader of JSON tells from their neighbours are left out.
    fileprivate var bounds: SchemaWriter.Members {
        let exact = 1 << 53
        switch self {
        case .integer(let range):
            return [
                "minimum": range.lowerBound < -exact ? nil : .integer(range.lowerBound),
                "maximum": range.upperBound > exact ? nil : .integer(range.upperBound),
            ].compactMapValues(\.self)
        case .real(let range): return ["minimum": .real(range.lowerBound), "maximum": .real(range.upperBound)]
        case .numbered(let words): return ["minimum": 1, "maximum": .integer(words.count)]
        case .choice, .flag: return [:]
        }
    }
}

extension Spacing {
    /// What its three numbers stand for.
    fileprivate var summary: String {
        switch self {
        case .range: "[from, to, step], both ends included if the steps reach the last."
        case .linspace: "[from, to, count] with equal differences, both ends included."
        case .logspace: "[from, to, count] with equal ratios, both ends included."
        }
    }
}
