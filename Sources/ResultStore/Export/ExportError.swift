// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Why a run cannot be exported as was asked; one line that says what to do.
public enum ExportError: Error, Hashable, CustomStringConvertible {
    /// No cell of the run has this column; `known` are those that there are.
    case unknownColumn(String, known: [String])
    /// A column was named twice.
    case repeatedColumn(String)

    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .unknownColumn(let name, let known):
            "the run has no column '\(Excerpt.short(name))'\(Suggestion.phrase(for: name, among: known))"
        case .repeatedColumn(let name): "the column '\(Excerpt.short(name))' is named twice; name it once"
        }
    }
}
