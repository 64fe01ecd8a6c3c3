// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What colours and symbols mean, in rows over the width of a chart.
struct LegendBlock {
    private struct Item {
        var lines: [String]
        var entry: Chart.LegendEntry
        /// From the block's top left corner.
        var at: PagePoint
    }

    /// Height of the whole, with some air below; 0 without entries.
    private(set) var height = 0.0
    private var items: [Item] = []
    private var rest: String?

    private static let metrics = TextMetrics(size: 6)
    /// Of the key before a name, and of the space behind it.
    static let keyWidth = 9.0
    static let keyGap = 2.5
    private static let itemGap = 7.0
    /// The most rows; a legend that would need more tells how many names it lacks.
    private static let mostRows = 24

    init(_ entries: [Chart.LegendEntry], width: Double) {
        guard !entries.isEmpty else { return }
        let room = width - Self.keyWidth - Self.keyGap
        // Few names may have two lines; many are shortened.
        let most = entries.count <= 6 ? 2 : 1
        var at = PagePoint(0, 0)
        var rowLines = 0
        var rows = 0
        for (position, entry) in entries.enumerated() {
            let lines = Self.metrics.lines(entry.text, within: room, most: most)
            let needed = Self.keyWidth + Self.keyGap + (lines.map(Self.metrics.width).max() ?? 0)
            if at.x > 0, at.x + needed > width {
                at = PagePoint(0, at.y + Double(rowLines) * Self.metrics.lineHeight)
                rows += rowLines
                rowLines = 0
            }
            if rows + lines.count > Self.mostRows {
                rest = "and \(entries.count - position) more, which the table names"
                rowLines = 1
                at.x = 0
                break
            }
            items.append(Item(lines: lines, entry: entry, at: at))
            rowLines = max(rowLines, lines.count)
            at.x += needed + Self.itemGap
        }
        height = at.y + Double(rowLines) * Self.metrics.lineHeight + 3
    }

    /// The block with its top left corner at `origin`.
    func marks(at origin: PagePoint) -> [PageMark] {
        var marks: [PageMark] = []
        for item in items {
            let (x, y) = (origin.x + item.at.x, origin.y + item.at.y)
            marks += Self.key(item.entry, PagePoint(x, y + Self.metrics.lineHeight / 2))
            for (row, line) in item.lines.enumerated() {
                let middle = y + (Double(row) + 0.5) * Self.metrics.lineHeight
                let at = PagePoint(x + Self.keyWidth + Self.keyGap, middle + Self.metrics.centring)
                marks.append(.text(PageText(text: line, at: at, size: 6)))
            }
        }
        if let rest {
            let at = PagePoint(origin.x, origin.y + height - 3 - Self.metrics.lineHeight * 0.5 + Self.metrics.centring)
            marks.append(.text(PageText(text: rest, at: at, size: 6)))
        }
        return marks
    }

    /// A sample of how a series looks, from `middle` to the right.
    static func key(_ entry: Chart.LegendEntry, _ middle: PagePoint) -> [PageMark] {
        let (left, right) = (middle.x, middle.x + keyWidth)
        let centre = PagePoint((left + right) / 2, middle.y)
        let line = PageMark.path(
            [[PagePoint(left, middle.y), PagePoint(right, middle.y)]],
            isClosed: false,
            entry.key == .line ? entry.style.line : entry.style.markedLine
        )
        let point = PageMark.symbol(entry.style.symbol, centre, radius: 1.8, entry.style.point)
        switch entry.key {
        case .area:
            let box = PageRectangle(left: left + 1, top: middle.y - 2.4, right: right - 1, bottom: middle.y + 2.4)
            return [.rectangle(box, entry.style.area)]
        case .point: return [point]
        case .line: return [line]
        case .lineAndPoint: return [line, point]
        }
    }
}
