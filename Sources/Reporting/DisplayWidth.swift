// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal a text takes, by the rules of `wcwidth`.
package enum DisplayWidth {
    package static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// `text`, or as much of its beginning and end as fits into `width` columns with `…` between them.
    ///
    /// The middle goes because names and parameters differ at their ends.
    package static func shorten(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        guard width > 1 else { return String(repeating: "…", count: max(width, 0)) }
        let head = prefix(of: text, width: width / 2)
        let tail = characters(text.reversed(), width: width - 1 - of(head))
        return head + "…" + String(tail.reversed())
    }

    /// As much of the beginning of `text` as fits into `width` columns.
    package static func prefix(of text: String, width: Int) -> String {
        String(characters(text, width: width))
    }

    /// `text` in lines of no more than `width` columns, broken at spaces where there are some.
    ///
    /// Every line but the first begins with `indent` blanks.
    package static func wrap(_ text: String, to width: Int, indent: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent < width - 1 ? indent : 0)
        var (lines, line) = ([String](), "")
        for word in text.split(separator: " ") {
            var word = String(word)
            let joined = line.isEmpty ? word : line + " " + word
            if of(joined) <= width {
                line = joined
                continue
            }
            if line.contains(where: { $0 != " " }) { lines.append(line) }
            word = (lines.isEmpty ? "" : margin) + word
            while of(word) > width, width > 1 {
                // A character wider than the line would never fit.
                let head = prefix(of: word, width: width)
                guard !head.isEmpty else { break }
                lines.append(head)
                word = margin + word.dropFirst(head.count)
            }
            line = word
        }
        return lines + [line]
    }

    private static func characters(_ text: some Sequence<Character>, width: Int) -> [Character] {
        var free = width
        return text.prefix { character in
            free -= of(character)
            return free >= 0
        }
    }

    /// Two for East Asian wide characters and emoji, none for combining marks and controls, one for all others.
    private static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        // A sequence that makes a picture is one picture.
        if scalars.count > 1, scalars.contains(where: { $0 == "\u{FE0F}" || $0 == "\u{200D}" }) { return 2 }
        return scalars.reduce(0) { $0 + of($1) }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        if (0x20..<0x7F).contains(scalar.value) { return 1 }
        // The vowels and ends of Korean syllables join the consonant before them; a soft hyphen is shown.
        if (0x1160...0x11FF).contains(scalar.value) { return 0 }
        if scalar == "\u{AD}" { return 1 }
        switch scalar.properties.generalCategory {
        case .control, .format, .nonspacingMark, .enclosingMark: return 0
        default: return EastAsianWidth.isWide(scalar) ? 2 : 1
        }
    }
}
