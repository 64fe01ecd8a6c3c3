// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// The signs that a terminal can show.
package struct ScreenSigns: Hashable, Sendable {
    /// Whether it shows no more than ASCII.
    package let isASCII: Bool
    /// Before what is selected; one column.
    package let marker: String
    package let delta: String
    package let plusMinus: String
    package let ellipsis: String
    package let separator: String
    /// What stands for eighths of the greatest height, 0 … 8; one column each.
    package let heights: [Character]

    /// For a terminal whose locale is UTF-8.
    package static let unicode = ScreenSigns(
        isASCII: false,
        marker: "▸",
        delta: "Δ",
        plusMinus: "±",
        ellipsis: "…",
        separator: " · ",
        heights: Array(" ▁▂▃▄▅▆▇█")
    )

    /// For every other terminal.
    package static let ascii = ScreenSigns(
        isASCII: true,
        marker: ">",
        delta: "change",
        plusMinus: "+-",
        ellipsis: "...",
        separator: ", ",
        heights: Array(" .:-=+*#@")
    )

    /// `text` in the signs that the terminal has, as wide as it was; what it has no sign for is `?`.
    package func spelled(_ text: String) -> String {
        guard isASCII, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        return text.map { character in
            if character.isASCII { return String(character) }
            switch character {
            case "−", "–", "─": return "-"
            case "·": return ","
            case "…": return "~"
            case "Δ": return "d"
            case "±": return "~"
            default: return String(repeating: "?", count: DisplayWidth.of(String(character)))
            }
        }.joined()
    }
}
