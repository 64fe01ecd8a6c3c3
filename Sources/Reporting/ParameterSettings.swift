// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Vocabulary

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
        // The names of a chain's members are no pairs: all texts that are compared have the same.
        shared = zip(settings[0], varies).filter { !$1 && $0.contains("=") }.map(\.0).joined(separator: " ")
    }

    /// The transformation with those of its parameters that not all share: `noise scale=0.001`, and of a chain
    /// `translate then noise dx=-1 scale=0.001`.
    package func name(of transform: TransformSpec) -> String {
        // A chain's whole text names its members already.
        if transform.isChain, shared.isEmpty { return transform.parameters }
        let own = own(transform.parameters)
        return own.isEmpty ? transform.kind.title : "\(transform.kind.title) \(own)"
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
