// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The panels of a chart with all that stands around them, measured for one width and one height.
struct PanelGrid {
    let chart: Chart
    /// The part of their heights that the panels get.
    let shrink: Double
    /// Height of the whole, in points.
    private(set) var height = 0.0
    /// Height of the spaces between axes, all rows together: what shrinks.
    private(set) var plotHeight = 0.0

    private let width: Double
    private let columns: Int
    private let rows: Int
    /// By panel.
    private var yLabels: [AxisLabels?] = []
    private var xLabels: [AxisLabels?] = []
    private var titles: [[String]] = []
    /// By row.
    private var plotHeights: [Double] = []
    private var plotTops: [Double] = []
    /// By column.
    private var plotLefts: [Double] = []
    private var plotWidth = 0.0
    private var yNameLines: [String] = []
    private var xNameLines: [String] = []

    static let titleMetrics = TextMetrics(size: 6.5)
    private static let nameMetrics = ChartLayout.nameMetrics
    private static let columnGap = 8.0
    private static let rowGap = 6.0
    /// From the end of a line to its name.
    static let endLabelGap = 3.0

    init(_ chart: Chart, width: Double, shrink: Double) {
        self.shrink = shrink
        self.width = width
        // Without panels there is nothing to name.
        let chart = chart.panels.isEmpty ? Chart(panels: [], xName: "", yName: "") : chart
        self.chart = chart
        columns = max(1, min(chart.columns, chart.panels.count))
        rows = (chart.panels.count + columns - 1) / columns
        plotHeights = (0..<rows).map { row in
            shrink * (panels(ofRow: row).map { chart.panels[$0].height }.max() ?? 0)
        }
        plotHeight = plotHeights.reduce(0, +)
        measureVertical()
        measureHorizontal()
        stackRows()
    }

    private func panels(ofRow row: Int) -> Range<Int> { row * columns..<min((row + 1) * columns, chart.panels.count) }

    private func column(_ panel: Int) -> Int { panel % columns }

    /// Labels of vertical axes: beside the first column, or beside every panel.
    private mutating func measureVertical() {
        let most = width * 0.42 / Double(chart.sharesY ? 1 : columns)
        yLabels = chart.panels.indices.map { index in
            guard !chart.sharesY || column(index) == 0 else { return nil }
            let length = plotHeights[index / columns]
            let choices = chart.panels[index].y.choices(length: length, distance: 22, isVertical: true)
            return AxisLabels(leftOf: choices, length: length, most: most)
        }
        let nameRoom = max(40, plotHeight)
        yNameLines = chart.yName.isEmpty ? [] : Self.nameMetrics.lines(chart.yName, within: nameRoom, most: 3)
    }

    /// What the widest label left of a column takes.
    private func leftDepth(_ column: Int) -> Double {
        let depths = yLabels.indices.filter { self.column($0) == column }.compactMap { yLabels[$0]?.depth }
        guard let depth = depths.max(), depth > 0 else { return 0 }
        return depth + ChartLayout.tickLength + ChartLayout.labelGap
    }

    /// What the names at the ends of lines take.
    private func rightDepth(_ column: Int) -> Double {
        let labels = chart.panels.indices.filter { self.column($0) == column }.flatMap { chart.panels[$0].endLabels }
        let widest = labels.map { AxisLabels.metrics.width(endText($0)) }.max()
        return widest.map { $0 + Self.endLabelGap + LegendBlock.keyWidth + LegendBlock.keyGap } ?? 0
    }

    private func endText(_ label: Chart.EndLabel) -> String {
        AxisLabels.metrics.shortened(label.text, to: width * 0.3 / Double(columns))
    }

    /// Widths of columns, and the labels below them, which may stick out to both sides.
    private mutating func measureHorizontal() {
        var before = [Double](repeating: 0, count: columns)
        var behind = [Double](repeating: 0, count: columns)
        let nameWidth = yNameLines.isEmpty ? 0 : Double(yNameLines.count) * Self.nameMetrics.lineHeight + 1
        for _ in 0..<4 {
            var lefts: [Double] = []
            var x = nameWidth
            for column in 0..<columns {
                if column > 0 { x += Self.columnGap }
                x += max(leftDepth(column), before[column])
                lefts.append(x)
                x += max(rightDepth(column), behind[column])
            }
            plotWidth = max(8, (width - x) / Double(columns))
            plotLefts = lefts.enumerated().map { $1 + Double($0) * plotWidth }
            measureBelow()
            for column in 0..<columns {
                let labels = xLabels.indices.filter { self.column($0) == column }.compactMap { xLabels[$0] }
                before[column] = max(before[column], labels.map(\.before).max() ?? 0)
                behind[column] = max(behind[column], labels.map(\.behind).max() ?? 0)
            }
        }
        let letters = chart.panels.count > 1 ? 9.0 : 0
        titles = chart.panels.map {
            $0.title.isEmpty ? [] : Self.titleMetrics.lines($0.title, within: plotWidth - letters, most: 3)
        }
        xNameLines = chart.xName.isEmpty ? [] : Self.nameMetrics.lines(chart.xName, within: width - nameWidth, most: 3)
    }

    private mutating func measureBelow() {
        xLabels = chart.panels.indices.map { index in
            guard !chart.sharesX || index + columns >= chart.panels.count else { return nil }
            let axis = chart.panels[index].x
            let choices = axis.choices(length: plotWidth, distance: 34, isVertical: false)
            return AxisLabels(below: choices, length: plotWidth, most: 72)
        }
    }

    private mutating func stackRows() {
        var y = 0.0
        for row in 0..<rows {
            let panels = panels(ofRow: row)
            if row > 0 { y += Self.rowGap }
            let titleLines = panels.map { titles[$0].count }.max() ?? 0
            let hasHead = titleLines > 0 || chart.panels.count > 1
            let head = hasHead ? Double(max(titleLines, 1)) * Self.titleMetrics.lineHeight + 3 : 0
            y += max(head, panels.compactMap { yLabels[$0]?.before }.max() ?? 0)
            plotTops.append(y)
            y += plotHeights[row]
            let depth = panels.compactMap { xLabels[$0]?.depth }.max() ?? 0
            let below = depth > 0 ? depth + ChartLayout.tickLength + ChartLayout.labelGap : 0
            y += max(below, panels.compactMap { yLabels[$0]?.behind }.max() ?? 0)
        }
        height = y + (xNameLines.isEmpty ? 0 : Double(xNameLines.count) * Self.nameMetrics.lineHeight + 2)
    }

    /// The grid with its top left corner at `origin`.
    func marks(at origin: PagePoint) -> [PageMark] {
        var marks: [PageMark] = []
        for index in chart.panels.indices {
            let (left, top) = (origin.x + plotLefts[column(index)], origin.y + plotTops[index / columns])
            let bottom = top + plotHeights[index / columns]
            let plot = PageRectangle(left: left, top: top, right: left + plotWidth, bottom: bottom)
            let drawing = PanelDrawing(panel: chart.panels[index], plot: plot)
            marks += drawing.marks(below: xLabels[index], leftOf: yLabels[index], ticks: ticks(index))
            marks += titleMarks(index, plot)
            marks += endMarks(chart.panels[index], drawing)
        }
        return marks + nameMarks(origin)
    }

    /// Where a panel's axes have marks, be they labelled there or at another panel of the same row or column.
    private func ticks(_ index: Int) -> (x: [Double], y: [Double]) {
        let lowest = chart.panels.indices.last { column($0) == column(index) } ?? index
        let first = index - column(index)
        let x = xLabels[index] ?? xLabels[lowest]
        let y = yLabels[index] ?? yLabels[first]
        return (x?.positions ?? [], y?.positions ?? [])
    }

    private func titleMarks(_ index: Int, _ plot: PageRectangle) -> [PageMark] {
        let lines = titles[index]
        let lineHeight = Self.titleMetrics.lineHeight
        let first = plot.top - 3 - (Double(max(lines.count, 1)) - 0.78) * lineHeight
        var marks: [PageMark] = []
        let hasLetter = chart.panels.count > 1
        if hasLetter {
            let letter = PageText(text: Self.letter(index), at: PagePoint(plot.left, first), size: 7, isBold: true)
            marks.append(.text(letter))
        }
        let indent = hasLetter ? TextMetrics(size: 7, isBold: true).width(Self.letter(index)) + 3 : 0
        for (row, line) in lines.enumerated() {
            let at = PagePoint(plot.left + indent, first + Double(row) * lineHeight)
            marks.append(.text(PageText(text: line, at: at, size: Self.titleMetrics.size)))
        }
        return marks
    }

    /// The letters from a to z, then aa, ab and so on.
    private static func letter(_ index: Int) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return (index >= 26 ? String(letters[min(index / 26 - 1, 25)]) : "") + String(letters[index % 26])
    }

    private func endMarks(_ panel: Chart.Panel, _ drawing: PanelDrawing) -> [PageMark] {
        let plot = drawing.plot
        let metrics = AxisLabels.metrics
        let placed = panel.endLabels.compactMap { label in
            drawing.y(label.y).map { (label, min(max($0, plot.top), plot.bottom)) }
        }.sorted { $0.1 < $1.1 }
        guard Double(placed.count) * metrics.lineHeight <= plot.height + metrics.lineHeight else { return [] }
        var middles = placed.map(\.1)
        for index in middles.indices.dropFirst() {
            middles[index] = max(middles[index], middles[index - 1] + metrics.lineHeight)
        }
        for index in middles.indices.reversed() {
            let limit = index + 1 < middles.count ? middles[index + 1] - metrics.lineHeight : plot.bottom
            middles[index] = min(middles[index], limit)
        }
        return zip(placed, middles).flatMap { placed, middle in
            let (label, _) = placed
            let start = PagePoint(plot.right + Self.endLabelGap, middle)
            let entry = Chart.LegendEntry(text: "", style: label.style, key: label.key)
            let x = start.x + LegendBlock.keyWidth + LegendBlock.keyGap
            let text = PageText(text: endText(label), at: PagePoint(x, middle + metrics.centring), size: metrics.size)
            return LegendBlock.key(entry, start) + [.text(text)]
        }
    }

    private func nameMarks(_ origin: PagePoint) -> [PageMark] {
        let metrics = Self.nameMetrics
        var marks: [PageMark] = []
        let middle = PagePoint(
            origin.x + ((plotLefts.first ?? 0) + (plotLefts.last ?? 0) + plotWidth) / 2,
            origin.y + ((plotTops.first ?? 0) + (plotTops.last ?? 0) + (plotHeights.last ?? 0)) / 2
        )
        let top = origin.y + height - Double(xNameLines.count) * metrics.lineHeight
        for (row, line) in xNameLines.enumerated() {
            let baseline = top + Double(row) * metrics.lineHeight + metrics.size * TextMetrics.ascent
            let half = metrics.width(line) / 2
            let x = min(max(middle.x, origin.x + half), origin.x + width - half)
            marks.append(.text(PageText(text: line, at: PagePoint(x, baseline), size: 7, anchor: .middle)))
        }
        for (row, line) in yNameLines.enumerated() {
            let x = origin.x + metrics.size * TextMetrics.ascent + Double(row) * metrics.lineHeight
            let half = metrics.width(line) / 2
            let y = min(max(middle.y, origin.y + half), max(origin.y + height - half, origin.y + half))
            marks.append(.text(PageText(text: line, at: PagePoint(x, y), size: 7, anchor: .middle, isRotated: true)))
        }
        return marks
    }
}
