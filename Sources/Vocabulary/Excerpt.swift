// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Text from outside, made fit for a message of one line.
package enum Excerpt {
    /// The first characters of `text`.
    package static func short(_ text: String) -> String { text.count <= 40 ? text : "\(text.prefix(40))…" }

    /// `text` with a `#` for each run of digits: messages that differ in their numbers alone have the same pattern.
    package static func pattern(_ text: String) -> String {
        var pattern = ""
        for character in text {
            let isDigit = ("0"..."9").contains(character)
            if !isDigit || pattern.last != "#" { pattern.append(isDigit ? "#" : character) }
        }
        return pattern
    }

    /// `text` with every control character, line breaks included, shown as `·`.
    package static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSeparator = scalar == "\u{2028}" || scalar == "\u{2029}"
            line.append(isSeparator || scalar.properties.generalCategory == .control ? "·" : scalar)
        }
        return String(line)
    }
}
