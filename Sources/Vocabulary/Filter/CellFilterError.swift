// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why a text is no filter of cells, or finds none; one line that says what would be right.
public enum CellFilterError: Error, Hashable, Sendable {
    /// A word without a key or without a value.
    case noValue(String)
    /// A key that nothing is known of.
    case unknownKey(String)
    /// A key that stands there twice.
    case repeated(String)
    /// A class that is neither a number, nor a range, nor `all`.
    case badClass(String)
}

extension CellFilterError: CustomStringConvertible {
    /// The word, and what would be right.
    public var description: String {
        switch self {
        case .noValue(let word):
            "'\(Excerpt.short(word))' is not KEY=VALUE, such as model=glow* or class=1,7\(transform(word))"
        case .unknownKey(let key):
            "no key '\(Excerpt.short(key))'\(guess(key)); the keys are "
                + CellFilter.keys.joined(separator: ", ")
        case .repeated(let key): "'\(key)' twice; write its values with commas: \(key)=A,B"
        case .badClass(let value):
            "'\(Excerpt.short(value))' is no class; write class=1,7, class=0-4 or class=all"
        }
    }

    private func transform(_ word: String) -> String {
        Suggestion.nearest(to: word, among: TransformKind.names).map { "; did you mean '\($0)'?" } ?? ""
    }

    private func guess(_ key: String) -> String {
        Suggestion.nearest(to: key, among: CellFilter.keys).map { "; did you mean '\($0)'?" } ?? ""
    }
}
