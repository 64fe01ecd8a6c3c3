// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension AnswerRow {
    /// The columns that tables have: their titles, and whether numbers stand in them.
    package static var shownColumns: [(title: String, isNumeric: Bool)] {
        columns.filter { $0.form != .hidden }.map { column in
            switch column.form {
            case .text, .label, .context, .hidden: (column.title, false)
            case .count, .fixed, .percent, .significant, .logarithm: (column.title, true)
            }
        }
    }

    /// What a table shows of the row: a text for each of `shownColumns`.
    package var shownTexts: [String] {
        Self.columns.filter { $0.form != .hidden }.map { AnswerTable.text($0.shown(self), $0.form) }
    }
}
