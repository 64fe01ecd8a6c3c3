// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// All parameter texts with which one transformation occurs: what they share, and what each has of its own.
///
/// A text is `key=value` pairs with one space between them, always in the same order.
package struct ParameterSettings: Sendable {
    /// The pairs that all texts share; empty when there is one text only, which then is all its own.
    package let shared: String
    private let varies: [Bool]

    package init(_ texts: Set<String>) {
        let settings = texts.map(Self.pairs)
        let length = settings.first?.count ?? 0
        guard settings.count > 1, settings.allSatisfy({ $0.count == length }) else {
            shared = ""
            varies = []
            return
        }
        varies = (0..<length).map { place in Set(settings.map { $0[place] }).count > 1 }
        shared = zip(settings[0], varies).filter { !$1 }.map(\.0).joined(separator: " ")
    }

    /// The pairs of `text` that not all texts share.
    package func own(_ text: String) -> String {
        guard !shared.isEmpty else { return text }
        return zip(Self.pairs(text), varies).filter(\.1).map(\.0).joined(separator: " ")
    }

    private static func pairs(_ text: String) -> [Substring] {
        text.split(separator: " ")
    }
}
