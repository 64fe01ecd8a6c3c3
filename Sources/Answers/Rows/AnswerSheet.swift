// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Rows of an answer in columns, some of which may stand above the rows that share them.
struct AnswerSheet<Row: AnswerRow> {
    private let rows: [Row]
    private let columns: [AnswerColumn<Row>]
    private let headings: [AnswerColumn<Row>]

    /// `rows` with these columns, under headings made of those.
    init(_ rows: [Row], columns: [AnswerColumn<Row>], headings: [AnswerColumn<Row>]) {
        (self.rows, self.columns, self.headings) = (rows, columns, headings)
    }

    /// How wide the table is where nothing is shortened.
    var naturalWidth: Int { table.lines()[1].count }

    /// The lines of the table; a heading stands above the first of its rows.
    func lines(width: Int?, style: TextStyle) -> [String] {
        let lines = table.lines(width: width, style: style)
        guard !headings.isEmpty else { return lines }
        var (result, row) = (Array(lines[..<2]), 0)
        for line in lines[2...] {
            // Where a group begins, an empty line comes first.
            guard !line.isEmpty, row < rows.count else {
                result.append(line)
                continue
            }
            if startsSection(row) {
                let heading = headings.map { "\($0.title) \(AnswerTable.text($0.shown(rows[row]), $0.form))" }
                result += DisplayWidth.wrap(heading.joined(separator: " · "), to: width ?? .max)
            }
            result.append(line)
            row += 1
        }
        return result
    }

    private var table: TextTable {
        var table = TextTable(columns: columns.map(\.textColumn))
        for (position, row) in rows.enumerated() {
            table.append(
                columns.map { TextTable.Entry(AnswerTable.text($0.shown(row), $0.form)) },
                startsGroup: position > 0
                    && (headings.isEmpty ? row.startsGroup(after: rows[position - 1]) : startsSection(position))
            )
        }
        return table
    }

    private func startsSection(_ position: Int) -> Bool {
        guard position > 0 else { return true }
        return headings.contains { $0.shown(rows[position]) != $0.shown(rows[position - 1]) }
    }
}

extension AnswerColumn {
    /// Whether it stands above the table where all rows share it.
    var isHoisted: Bool {
        switch form {
        case .label, .context: true
        case .hidden, .text, .count, .fixed, .percent, .significant, .logarithm: false
        }
    }

    /// Whether it stands above the rows that share it where space is short.
    var isContext: Bool { if case .context = form { true } else { false } }

    fileprivate var textColumn: TextTable.Column {
        let content: TextTable.Content =
            switch form {
            case .text(let minimum), .label(let minimum), .context(let minimum): .text(minimum: minimum)
            case .hidden, .count, .fixed, .percent, .significant, .logarithm: .number
            }
        return TextTable.Column(title, content, dropOrder: dropOrder)
    }
}
