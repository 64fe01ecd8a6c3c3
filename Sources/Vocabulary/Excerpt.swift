// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Text from outside, made fit for a message of one line.
package enum Excerpt {
    /// The first characters of `text`.
    package static func short(_ text: String) -> String { text.count <= 40 ? text : "\(text.prefix(40))…" }

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
