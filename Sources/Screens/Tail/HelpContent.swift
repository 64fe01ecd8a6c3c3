// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// What the keys do.
enum HelpContent {
    private static let keys: [(keys: String, meaning: String)] = [
        ("", "Views"),
        ("1 2 3 4", "overview, the selected cell, workers, failures"),
        ("Tab  Shift-Tab", "the next view, the one before"),
        ("Enter", "open the selected cell"),
        ("Esc", "back; first it clears a filter"),
        ("? h F1", "this help; / filters it"),
        ("", "Moving"),
        ("j k  arrows", "down, up"),
        ("PgDn PgUp  Ctrl-F Ctrl-B", "a page down, up"),
        ("Ctrl-D Ctrl-U", "half a page down, up"),
        ("g G  Home End", "the first, the last"),
        ("", "Finding"),
        ("/", "filter by words: model, data set, transform, parameters, seed, beginning of the id"),
        ("n N", "the next match, the one before, round the end"),
        ("", "Ordering"),
        ("s S", "sort by another figure; the other way round"),
        ("Space p Z", "freeze the order, or let it go; figures go on changing"),
        ("", "While the cursor moves, and 5 s after, the order is held; what is new comes last."),
        ("", "Looking"),
        ("c", "show every class of every cell, or cells alone"),
        ("e", "explain the selected cell: who computed what, what failed"),
        ("y", "copy the selected cell's id (OSC 52); it is printed when you leave, too"),
        ("", "Leaving"),
        ("q  Ctrl-C", "leave; the run goes on"),
        ("Ctrl-Z", "suspend; fg comes back"),
        ("Ctrl-L", "draw the screen anew"),
        ("", "Reading"),
        (
            "distribution",
            "how the cell's images lie on the scale of the heading, which all cells of the model share; the "
                + "highest block is the fullest bin of its own line"
        ),
        (
            "change (Δ)",
            "mean difference from the same images under identity, with half of its 95 % interval (Student's t)"
        ),
        ("raised", "share of the images that need more bits than under identity"),
        ("done", "share of the cell's images that is recorded; ! marks failed images or values that are not finite"),
    ]

    static func blocks(width: Int, _ signs: ScreenSigns) -> [TextList.Block] {
        let column = min(26, width / 2)
        return keys.map { key, meaning in
            if key.isEmpty, !meaning.hasSuffix(".") { return [.empty, ScreenLine("  \(meaning)", .strong)] }
            let meaning = meaning.replacing("Δ", with: signs.delta)
            let lines = DisplayWidth.wrap(meaning, to: max(10, width - column - 4))
            return lines.enumerated().map { index, line in
                ScreenLine(
                    "  " + (index == 0 ? key.replacing("Δ", with: signs.delta) : "").padding(to: column),
                    .init(colour: .cyan)
                )
                    + ScreenLine("  \(line)")
            }
        }
    }
}
