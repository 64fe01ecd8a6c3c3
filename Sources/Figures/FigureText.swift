// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Sentences that captions have in common.
enum FigureText {
    /// How many images stand behind each mark, what intervals mean, and what is not drawn.
    ///
    /// - Parameters:
    ///   - counts: Of each mark.
    ///   - mark: What a mark is called.
    ///   - intervalMeaning: What an interval means; empty without intervals.
    ///   - rest: Further sentences.
    ///   - notFinite: Values that cannot be drawn.
    /// - Returns: The sentences.
    static func caption(
        counts: [Int],
        of mark: String,
        _ intervalMeaning: String,
        _ rest: String = "",
        notFinite: Int = 0
    ) -> String {
        let (least, most) = (HumanText.count(counts.min() ?? 0), HumanText.count(counts.max() ?? 0))
        var text = "n = \(least == most ? least : "\(least) to \(most)") images a \(mark)"
        text += intervalMeaning.isEmpty ? "." : "; \(intervalMeaning)."
        let words = rest.split(separator: " ")
        if !words.isEmpty { text += " \(words.joined(separator: " "))" }
        if notFinite > 0 {
            let (are, them) = notFinite == 1 ? ("value is", "is") : ("values are", "are")
            text += " \(HumanText.count(notFinite)) \(are) not finite and \(them) not drawn."
        }
        return text
    }
}
