// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A piece of a YAML file with its place.
struct SourceNode: Sendable {
    /// A key of a mapping with its value.
    struct Entry: Sendable {
        let key: String
        let position: Diagnostic.Position
        let value: SourceNode
    }

    enum Content: Sendable {
        /// A text; `isPlain` when it is written without quotes, so that it may be a number.
        case scalar(String, isPlain: Bool)
        case sequence([SourceNode])
        /// Keys are unique.
        case mapping([Entry])
    }

    let position: Diagnostic.Position
    let content: Content

    /// Whether a value was left out: `key:` with nothing after it.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// What the node is, as error messages say it.
    var kind: String {
        switch content {
        case .scalar(let text, let isPlain): isNull ? "nothing" : isPlain ? "'\(Excerpt.short(text))'" : "quoted text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
