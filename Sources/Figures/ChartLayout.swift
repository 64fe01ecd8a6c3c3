// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A chart on its way to a page of a certain width: everything is measured before anything is placed.
struct ChartLayout {
    /// The most that journals take: 170 mm.
    static let greatestHeight = 170 * PageSVG.pointsPerMillimetre
    static let padding = 3.0
    static let titleMetrics = TextMetrics(size: 7, isBold: true)
    static let nameMetrics = TextMetrics(size: 7)
    static let noteMetrics = TextMetrics(size: 5.5)
    /// The least height of a panel.
    private static let leastHeight = 26.0
    /// Between a panel's frame and the labels beside it.
    static let tickLength = 2.0
    static let labelGap = 1.8

    /// What fits on the page of what was given.
    private(set) var chart: Chart
    let width: Double
    private let inner: Double
    private let titleLines: [String]
    private let legend: LegendBlock
    private(set) var noteLines: [String]

    init(_ chart: Chart, width: Double) {
        self.chart = chart
        self.width = width
        inner = width - 2 * Self.padding
        titleLines = chart.title.map { Self.titleMetrics.lines($0, within: width - 2 * Self.padding, most: 4) } ?? []
        legend = LegendBlock(chart.legend, width: width - 2 * Self.padding)
        noteLines = Self.lines(note: chart.note, width: width)
        dropPanels()
    }

    /// What does not fit on the page in any size is left out, and said to be.
    private mutating func dropPanels() {
        let all = chart.panels.count
        while chart.panels.count > chart.columns, Self.leastTotal(chart) + headHeight + noteHeight > Self.greatestHeight
        {
            chart.panels.removeLast((chart.panels.count - 1) % chart.columns + 1)
            let shown = "The first \(chart.panels.count) of \(all) panels are drawn; the table has them all."
            noteLines = Self.lines(note: chart.note.isEmpty ? shown : "\(shown) \(chart.note)", width: width)
        }
    }

    private static func lines(note: String, width: Double) -> [String] {
        note.isEmpty ? [] : noteMetrics.lines(note, within: width - 2 * padding, most: 12)
    }

    /// Rows of panels with the least heights, labels that are turned, and titles of one line.
    private static func leastTotal(_ chart: Chart) -> Double {
        let rows = Double((chart.panels.count + chart.columns - 1) / chart.columns)
        let turned = chart.sharesX ? 1 : rows
        return rows * (leastHeight + 14 + (chart.panels.contains { !$0.title.isEmpty } ? 24 : 0)) + turned * 70 + 24
    }

    private var headHeight: Double {
        Self.padding + Double(titleLines.count) * Self.titleMetrics.lineHeight + legend.height
            + (titleLines.isEmpty ? 0 : 2) + (chart.colourBar == nil ? 0 : ColourBar.height)
    }

    private var noteHeight: Double {
        noteLines.isEmpty ? Self.padding : Double(noteLines.count) * Self.noteMetrics.lineHeight + 4 + Self.padding
    }

    /// The page.
    func page() -> Page {
        var grid = PanelGrid(chart, width: inner, shrink: 1)
        let room = Self.greatestHeight - headHeight - noteHeight
        // Heights decide which labels fit, and those decide widths: a few rounds settle it.
        for _ in 0..<8 where grid.height > room {
            let shrink = max(0.02, grid.shrink * (1 - (grid.height - room) / grid.plotHeight) * 0.995)
            grid = PanelGrid(chart, width: inner, shrink: shrink)
        }
        var marks: [PageMark] = []
        var y = Self.padding
        for line in titleLines {
            let at = PagePoint(Self.padding, y + Self.titleMetrics.size * TextMetrics.ascent)
            marks.append(.text(PageText(text: line, at: at, size: 7, isBold: true)))
            y += Self.titleMetrics.lineHeight
        }
        if !titleLines.isEmpty { y += 2 }
        marks += legend.marks(at: PagePoint(Self.padding, y))
        y += legend.height
        if let bar = chart.colourBar {
            marks += bar.marks(at: PagePoint(Self.padding, y), width: inner)
            y += ColourBar.height
        }
        marks += grid.marks(at: PagePoint(Self.padding, y))
        y += grid.height
        if !noteLines.isEmpty { y += 4 }
        for line in noteLines {
            let at = PagePoint(Self.padding, y + Self.noteMetrics.size * TextMetrics.ascent)
            marks.append(.text(PageText(text: line, at: at, size: Self.noteMetrics.size)))
            y += Self.noteMetrics.lineHeight
        }
        return Page(width: width, height: y + Self.padding, marks: marks)
    }
}
