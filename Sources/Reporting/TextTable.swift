// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A table for terminals: columns aligned by the width that characters take on the screen.
///
/// ```swift
/// var table = TextTable(columns: [.init("sweep", .text(minimum: 8)), .init("cells", .number)])
/// table.append([.init("mnist-glow"), .init("9")])
/// print(table.lines(width: 80).joined(separator: "\n"))
/// ```
public struct TextTable: Hashable, Sendable {
    /// What a column holds, which decides its alignment and whether it may be shortened.
    public enum Content: Hashable, Sendable {
        /// Text, aligned left; shortened in the middle, to no fewer than `minimum` columns, when space is short.
        case text(minimum: Int)
        /// Numbers with the same number of decimals, aligned right; never shortened.
        case number
    }

    /// One column.
    public struct Column: Hashable, Sendable {
        /// What stands above the column.
        public var title: String
        /// What the column holds.
        public var content: Content
        /// When space is short, columns go in the order of this number, ties from the right; nil stays always.
        public var dropOrder: Int?

        /// A column that always stays unless a `dropOrder` is given.
        public init(_ title: String, _ content: Content, dropOrder: Int? = nil) {
            self.title = title
            self.content = content
            self.dropOrder = dropOrder
        }
    }

    /// One entry.
    public struct Entry: Hashable, Sendable {
        /// The text, in one line.
        public var text: String
        /// How a style shows it.
        public var role: TextRole

        /// A text that is nothing special unless said otherwise.
        public init(_ text: String, _ role: TextRole = .normal) {
            self.text = text
            self.role = role
        }
    }

    /// The columns, from left to right.
    public var columns: [Column]
    private var rows: [Row] = []

    private struct Row: Hashable {
        let entries: [Entry]
        let startsGroup: Bool
    }

    /// A table without rows.
    public init(columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row, which has an entry for each column.
    ///
    /// - Parameters:
    ///   - row: The entries, from left to right.
    ///   - startsGroup: Whether an empty line stands between this row and the one above.
    public mutating func append(_ row: [Entry], startsGroup: Bool = false) {
        precondition(row.count == columns.count, "a row has an entry for each column")
        rows.append(Row(entries: row, startsGroup: startsGroup))
    }

    /// Lays the table out: titles, a rule, the rows and, if columns had to go, a remark that says so.
    ///
    /// - Parameters:
    ///   - width: The columns of the terminal; nil when there is no limit. Columns that must stay and cannot be
    ///     shortened further exceed it.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends.
    public func lines(width: Int? = nil, style: TextStyle = .plain) -> [String] {
        let fit = fit(into: width)
        let titles = columns.map { Entry($0.title, .strong) }
        let rule = String(repeating: "─", count: fit.width)
        var lines = [line(titles, fit, style), style.apply(.faint, to: rule)]
        for (position, row) in rows.enumerated() {
            if row.startsGroup, position > 0 { lines.append("") }
            lines.append(line(row.entries, fit, style))
        }
        let dropped = columns.indices.filter { !fit.columns.contains($0) }.map { columns[$0].title }
        if !dropped.isEmpty {
            let remark = "not shown for lack of width: \(dropped.joined(separator: " "))"
            lines.append(style.apply(.faint, to: width.map { DisplayWidth.shorten(remark, to: $0) } ?? remark))
        }
        return lines
    }

    private func fit(into width: Int?) -> TableFit {
        let natural = columns.indices.map { column in
            rows.reduce(DisplayWidth.of(columns[column].title)) {
                max($0, DisplayWidth.of($1.entries[column].text))
            }
        }
        return TableFit(columns, natural: natural, into: width)
    }

    private func line(_ entries: [Entry], _ fit: TableFit, _ style: TextStyle) -> String {
        let pieces = fit.columns.map { column in
            let entry = entries[column]
            let text = DisplayWidth.shorten(entry.text, to: fit.widths[column])
            let padding = String(repeating: " ", count: fit.widths[column] - DisplayWidth.of(text))
            let shown = style.apply(entry.role, to: text)
            return columns[column].content == .number ? padding + shown : shown + padding
        }
        let line = pieces.joined(separator: String(repeating: " ", count: fit.gap))
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}

extension TextTable.Entry {
    /// A number of things that should not be, which is left blank where there are none.
    public init(alarm count: Int) {
        self.init(count > 0 ? HumanText.count(count) : "", .alarming)
    }
}
