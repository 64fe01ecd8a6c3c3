// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One value of a filter: an exact text, a text with `*` for any run of characters, or a number in any spelling.
package struct ValuePattern: Hashable, Sendable {
    /// As it is written.
    package let text: String
    /// What stands between the stars; one piece where there is none.
    private let pieces: [String]
    private let number: Double?

    /// Reads a value.
    package init(_ text: String) {
        self.text = text
        pieces = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        number = Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Whether it fits `value`.
    package func matches(_ value: String) -> Bool {
        guard pieces.count > 1 else { return value == text || (number != nil && Double(value) == number) }
        guard value.hasPrefix(pieces[0]) else { return false }
        var rest = value.dropFirst(pieces[0].count)
        for piece in pieces[1..<pieces.count - 1] where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(pieces[pieces.count - 1])
    }

    /// Whether `value` begins with the text, in whatever case.
    package func begins(_ value: String) -> Bool { value.hasPrefix(text.lowercased()) }
}
