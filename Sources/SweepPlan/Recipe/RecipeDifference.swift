// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A key in whose value two recipes differ.
public struct RecipeDifference: Hashable, Sendable {
    /// The key, such as `learning-rate`.
    public var key: String
    /// The value in the first recipe; nil where that has no such key.
    public var first: String?
    /// The value in the second recipe; nil where that has no such key.
    public var second: String?

    /// The differences between two texts as ``Recipe/canonicalText`` and ``Recipe/trajectoryText`` make them, in the
    /// order of the first.
    public static func all(between first: String, and second: String) -> [RecipeDifference] {
        let (left, right) = (values(first), values(second))
        let keys = left.map(\.key) + right.map(\.key).filter { key in !left.contains { $0.key == key } }
        return keys.compactMap { key in
            let (one, other) = (left.first { $0.key == key }?.value, right.first { $0.key == key }?.value)
            return one == other ? nil : RecipeDifference(key: key, first: one, second: other)
        }
    }

    /// The keys of a text with their values: of each line its word, and what the line's first value is called.
    private static func values(_ text: String) -> [(key: String, value: String)] {
        let names = ["model": "family", "data": "dataset", "optimiser": "method"]
        return text.split(separator: "\n").dropFirst().flatMap { line -> [(key: String, value: String)] in
            let words = line.split(separator: " ").map(String.init)
            return words.dropFirst().map { word in
                guard let equals = word.firstIndex(of: "=") else { return (names[words[0]] ?? words[0], word) }
                return (String(word[..<equals]), String(word[word.index(after: equals)...]))
            }
        }
    }
}
