// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal a text takes.
package enum DisplayWidth {
    static func of(_ text: String) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    /// `text`, or as much of its beginning and end as fits into `width` columns with `…` between them.
    ///
    /// The middle goes because names and parameters differ at their ends.
    package static func shorten(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        guard width > 1 else { return String(repeating: "…", count: max(width, 0)) }
        let head = prefix(of: text, width: width / 2)
        let tail = prefix(of: text.reversed(), width: width - 1 - of(head))
        return head + "…" + String(tail.reversed())
    }

    private static func prefix(of text: some Sequence<Character>, width: Int) -> String {
        var free = width
        return String(
            text.prefix { character in
                free -= of(character)
                return free >= 0
            }
        )
    }

    /// Two for East Asian wide characters and emoji, none for lone combining marks and controls, one for all others.
    private static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        switch first.properties.generalCategory {
        case .control, .format, .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        let isWide = wide.contains { $0.contains(first.value) }
        return isWide || character.unicodeScalars.contains("\u{FE0F}") ? 2 : 1
    }

    /// The blocks whose characters are wide: Hangul Jamo, CJK, Hangul syllables, full-width forms, emoji, CJK extensions.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
