// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// A text that covers what is looked at: the help, or an explanation.
struct TailCover {
    let title: String
    /// nil: the help.
    var lines: [String]?
    var list = TextList()

    /// The title and the part of the text that there is room for above the bottom line.
    mutating func content(size: ScreenSize, _ signs: ScreenSigns) -> [ScreenLine] {
        let blocks =
            lines.map { lines in
                lines.map { line in DisplayWidth.wrap(line, to: size.width - 2, indent: 4).map { ScreenLine(" \($0)") }
                }
            } ?? HelpContent.blocks(width: size.width, signs)
        return [ScreenLine(title, .strong)] + list.lines(blocks, height: size.height - 2)
    }

    /// What the bottom line says of keys.
    var hint: String { list.filter.text.isEmpty ? "/ filter   Esc back" : "Esc shows everything again" }
}
