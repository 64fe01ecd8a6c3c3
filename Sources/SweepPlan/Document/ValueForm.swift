// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What may stand at a place of a file.
///
/// Readers take from it the keys and values that they accept, and the schema for editors is made of it.
indirect enum ValueForm: Sendable {
    /// One value.
    case value(ParameterDomain)
    /// The values of an axis: one, a list of them, or a spacing.
    case values(ParameterDomain)
    /// A text that is not empty.
    case text
    /// A name that the file gives.
    case name
    /// A name that the file gives or that is `known` anyway, or a list of them.
    case names(known: [String])
    /// The path of a file.
    case path
    /// A duration above zero.
    case duration
    /// A mapping whose keys are known.
    case mapping(KeyTable)
    /// A mapping from names that the file gives, of which a few have a meaning of their own.
    case named(ValueForm, own: [KeyFacts])
    /// A list of at least `least` elements, and `most` at most; or, where at least 1 is needed, an element alone.
    case list(ValueForm, least: Int, most: Int? = nil)
    /// A text that fits a regular expression.
    case word(pattern: String)
    /// A mapping from paths in the file to values.
    case settings
    /// Nothing at all, as after a key that needs no value.
    case nothing
    /// Any of several forms.
    case anyOf([ValueForm])
    /// A form that several places have: the schema says it once, under a name.
    case shared(String, ValueForm)
}

/// What is known of a key of a mapping, whatever the type of its value.
struct KeyFacts: Sendable {
    /// The key.
    let name: String
    /// What its value may be.
    let form: ValueForm
    /// Whether the mapping needs it.
    var isRequired = false
    /// What holds where it is left out, as a file would write it; nil where nothing does.
    var standard: String?
    /// What it means, in a sentence.
    let summary: String

    init(_ name: String, _ form: ValueForm, isRequired: Bool = false, standard: String? = nil, _ summary: String) {
        self.name = name
        self.form = form
        self.isRequired = isRequired
        self.standard = standard
        self.summary = summary
    }
}

/// The keys that a mapping may have, and which of them go together.
struct KeyTable: Sendable {
    /// How many of some keys a mapping must have.
    enum Rule: Sendable {
        case exactlyOne([String])
        case atMostOne([String])
        case atLeastOne([String])
    }

    /// Keys that fit a regular expression.
    struct Pattern: Sendable {
        let text: String
        let form: ValueForm
    }

    let keys: [KeyFacts]
    var rules: [Rule] = []
    /// Further keys that may be there.
    let patterns: [Pattern]
    /// Whether there must be one of all of these, whichever.
    let needsOne: Bool

    init(_ keys: [KeyFacts], _ rules: Rule..., needsOne: Bool = false, patterns: [Pattern] = []) {
        self.keys = keys
        self.rules = rules
        self.needsOne = needsOne
        self.patterns = patterns
    }

    /// The keys themselves.
    var names: [String] { keys.map(\.name) }
}
