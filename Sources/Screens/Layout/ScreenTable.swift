// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics

/// A table whose columns share the width of a screen; names are wrapped, never cut.
struct ScreenTable {
    struct Column {
        enum Content: Equatable {
            /// Text, aligned left, wrapped where it needs more columns than there are.
            case text(minimum: Int)
            /// Text that is never wrapped, aligned right.
            case number
            /// A distribution, as wide as there is room.
            case distribution(ClosedRange<Int>)
        }

        let title: String
        let content: Content
        /// When space is short, the columns of the greatest rank go first; rank 0 stays.
        let rank: Int
        /// Whether the screen says so when the column has no room.
        let isMissed: Bool

        init(_ title: String, _ content: Content, rank: Int = 0, isMissed: Bool = true) {
            (self.title, self.content, self.rank, self.isMissed) = (title, content, rank, isMissed)
        }
    }

    enum Entry {
        case text(String, ScreenStyle = .normal)
        case distribution(CellSummary.Group?, over: ClosedRange<Double>)

        var text: String {
            if case .text(let text, _) = self { text } else { "" }
        }
    }

    /// Columns before the first one, for the mark of what is selected.
    private static let margin = 2

    private let columns: [Column]
    private let widths: [Int?]
    /// Blanks between two columns.
    private let gap: Int
    private let signs: ScreenSigns

    /// Shares `width` among `columns` so that the entries of `rows` fit as well as they can.
    init(_ columns: [Column], rows: [[Entry]], width: Int, _ signs: ScreenSigns) {
        self.columns = columns
        self.signs = signs
        let natural = columns.indices.map { column in
            rows.reduce(DisplayWidth.of(columns[column].title)) { max($0, DisplayWidth.of($1[column].text)) }
        }
        var shown = Array(columns.indices)
        while true {
            for gap in [2, 1] {
                guard let widths = Self.widths(shown, columns, natural, width - Self.margin, gap) else { continue }
                (self.widths, self.gap) = (columns.indices.map { widths[$0] }, gap)
                return
            }
            guard let last = shown.max(by: { columns[$0].rank < columns[$1].rank }), columns[last].rank > 0 else {
                break
            }
            shown.removeAll { $0 == last }
        }
        // What must stay does not fit: it is cut at the screen's edge.
        let widths = Self.widths(shown, columns, natural, .max / 2, 1) ?? [:]
        (self.widths, gap) = (columns.indices.map { widths[$0].map { min($0, width) } }, 1)
    }

    /// The width of each shown column; nil when they do not fit.
    private static func widths(
        _ shown: [Int],
        _ columns: [Column],
        _ natural: [Int],
        _ width: Int,
        _ gap: Int
    )
        -> [Int: Int]?
    {
        var widths: [Int: Int] = [:]
        var free = width - gap * (shown.count - 1)
        // Columns that nobody misses come only where no name is wrapped for them.
        let isGenerous = shown.contains { !columns[$0].isMissed }
        for column in shown {
            widths[column] = least(columns[column], natural[column], isGenerous)
            free -= widths[column] ?? 0
        }
        guard free >= 0 else { return nil }
        // Names first: a wrapped name costs a line, a narrow distribution does not.
        for column in shown {
            let more = min(free, most(columns[column], natural[column]) - (widths[column] ?? 0))
            widths[column, default: 0] += more
            free -= more
        }
        return widths
    }

    private static func least(_ column: Column, _ natural: Int, _ isGenerous: Bool) -> Int {
        switch column.content {
        case .number: natural
        case .text(let minimum): isGenerous ? natural : min(minimum, natural)
        case .distribution(let range): range.lowerBound
        }
    }

    private static func most(_ column: Column, _ natural: Int) -> Int {
        if case .distribution(let range) = column.content { range.upperBound } else { natural }
    }

    /// The titles of the columns.
    var titles: ScreenLine {
        lines(columns.map { .text($0.title, .strong) })[0]
    }

    /// The titles of the columns that have no room and are missed.
    var missed: [String] {
        zip(columns, widths).filter { $0.isMissed && $1 == nil }.map(\.0.title)
    }

    /// Where the column called `title` begins.
    func place(of title: String) -> Int? {
        var place = Self.margin
        for (column, width) in zip(columns, widths) {
            if column.title == title { return width == nil ? nil : place }
            if let width { place += width + gap }
        }
        return nil
    }

    /// A row in as many lines as its texts need.
    func lines(_ entries: [Entry], isSelected: Bool = false) -> [ScreenLine] {
        let cells = zip(columns.indices, entries).compactMap { index, entry in
            widths[index].map { cell(entry, columns[index], $0) }
        }
        let height = cells.map(\.count).max() ?? 1
        return (0..<height).map { row in
            let mark = row == 0 && isSelected ? signs.marker : " "
            var line = ScreenLine(mark.padding(to: Self.margin))
            for (place, cell) in cells.enumerated() {
                if place > 0 { line.append(String(repeating: " ", count: gap)) }
                line = line + (row < cell.count ? cell[row] : ScreenLine(String(repeating: " ", count: cell[0].width)))
            }
            return isSelected ? line.reversed : line
        }
    }

    private func cell(_ entry: Entry, _ column: Column, _ width: Int) -> [ScreenLine] {
        switch (entry, column.content) {
        case (.distribution(let group, let range), _):
            return [ScreenLine(Sparkline.text(group, over: range, width: width, signs), .init(colour: .cyan))]
        case (.text(let text, let style), .number):
            return [ScreenLine(text.padding(to: width, right: true), style)]
        case (.text(let text, let style), _):
            return DisplayWidth.wrap(text, to: width, indent: 2).map { ScreenLine($0.padding(to: width), style) }
        }
    }
}

extension String {
    /// The text with blanks up to `width` columns.
    func padding(to width: Int, right: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - DisplayWidth.of(self)))
        return right ? blanks + self : self + blanks
    }
}
