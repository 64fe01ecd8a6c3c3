// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Answers
package import Figures
import Foundation
import Reporting

/// A table of a report: what the page shows of it, and where the whole of it is.
package struct ReportTable: Hashable, Sendable {
    /// One column.
    package struct Column: Hashable, Sendable {
        /// What stands above it.
        package var title: String
        /// Whether it holds numbers, which are aligned to the right.
        package var isNumber: Bool

        /// A column of text unless said otherwise.
        package init(_ title: String, isNumber: Bool = false) {
            (self.title, self.isNumber) = (title, isNumber)
        }
    }

    /// What the table is, and what all of its rows share.
    package var caption: String
    /// From left to right; the first is what the rows are about.
    package var columns: [Column]
    /// The rows that are shown, with an entry for each column.
    package var rows: [[String]]
    /// Number of all rows.
    package var total: Int
    /// Where all of them are: paths within the report.
    package var files: [String]

    /// A table that is shown whole unless `total` says otherwise.
    package init(caption: String, columns: [Column], rows: [[String]], total: Int? = nil, files: [String] = []) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.total = total ?? rows.count
        self.files = files
    }
}

extension ReportTable {
    /// The first `limit` rows of an answer, as its command shows them in a terminal that is wide enough.
    ///
    /// What all rows share stands in the caption instead of in columns.
    package init<Row: AnswerRow>(_ caption: String, _ rows: [Row], limit: Int, files: [String] = []) {
        var (shared, shown): ([String], [AnswerColumn<Row>]) = ([], [])
        for column in Row.columns where column.form != .hidden {
            guard let first = rows.first.map(column.shown) else { continue }
            let isConstant = rows.allSatisfy { column.shown($0) == first }
            if isConstant, column.form.isContext {
                if first != .absent { shared.append("\(column.title) \(AnswerTable.text(first, column.form))") }
            } else if !(isConstant && first == .absent) {
                shown.append(column)
            }
        }
        self.init(
            caption: shared.isEmpty ? caption : "\(caption) (\(shared.joined(separator: " · ")))",
            columns: shown.map { Column($0.title, isNumber: $0.form.isNumber) },
            rows: rows.prefix(limit).map { row in shown.map { AnswerTable.text($0.shown(row), $0.form) } },
            total: rows.count,
            files: files
        )
    }

    /// The first `limit` rows of a figure's numbers.
    package init(_ caption: String, _ table: FigureTable, limit: Int, files: [String] = []) {
        let rows = table.rows.prefix(limit)
        self.init(
            caption: caption,
            columns: table.columns.indices.map { place in
                Column(table.columns[place], isNumber: rows.contains { $0[place].isNumber })
            },
            rows: rows.map { $0.map(\.shown) },
            total: table.rows.count,
            files: files
        )
    }
}

extension AnswerColumn.Form {
    fileprivate var isNumber: Bool {
        switch self {
        case .count, .fixed, .percent, .significant, .logarithm: true
        default: false
        }
    }

    /// Whether it tells what the rows are about, which stands above them where all are about the same.
    fileprivate var isContext: Bool {
        switch self {
        case .hidden, .text: false
        default: !isNumber
        }
    }
}

extension FigureTable.Cell {
    fileprivate var isNumber: Bool {
        switch self {
        case .number, .count: true
        case .text, .none: false
        }
    }

    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .count(let count): HumanText.count(count)
        case .none: HumanText.absent
        case .number(let number):
            abs(number) < 1e-3 && number != 0 || abs(number) >= 1e6
                ? String(format: "%.3g", number) : HumanText.fixed(number, decimals: 4)
        }
    }
}

// As files.
extension ReportTable {
    /// The shown rows as a table of Markdown.
    package var markdown: String {
        let titles = columns.map { Self.escaped($0.title) }
        let rules = columns.map { $0.isNumber ? "---:" : "---" }
        let lines = [titles, rules] + rows.map { $0.map(Self.escaped) }
        let more = total > rows.count ? "\n\(HumanText.count(rows.count)) of \(HumanText.count(total)) rows.\n" : ""
        return "**\(Self.escaped(caption))**\n\n"
            + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined() + more
    }

    /// Text that no reader of Markdown takes for a sign.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            if #"\|*_`<[]"#.contains(character) { escaped.append("\\") }
            escaped.append(character.isNewline ? " " : character)
        }
    }
}

extension FigureTable {
    /// All rows as comma-separated values; numbers are the shortest decimals that read back to the same bits.
    package var commaSeparated: String {
        let lines = [columns.map(AnswerText.field)] + rows.map { $0.map(Self.field) }
        return lines.map { $0.joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): AnswerText.field(text)
        case .number(let number): number.description
        case .count(let count): String(count)
        case .none: ""
        }
    }
}
