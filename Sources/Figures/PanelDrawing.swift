// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A panel's layers and axes at their places on a page.
struct PanelDrawing {
    let panel: Chart.Panel
    /// The space between the axes.
    let plot: PageRectangle

    /// Where a number of the horizontal axis lies; nil for one that cannot be drawn.
    func x(_ value: Double) -> Double? { panel.x.part(value).map { plot.left + Self.bounded($0) * plot.width } }

    /// Where a number of the vertical axis lies.
    func y(_ value: Double) -> Double? {
        guard let part = panel.y.part(value).map(Self.bounded) else { return nil }
        if case .categories = panel.y.scale { return plot.top + part * plot.height }
        return plot.bottom - part * plot.height
    }

    /// Far beyond the axes lines are cut anyway; what viewers make of huge coordinates differs.
    private static func bounded(_ part: Double) -> Double { min(max(part, -10), 10) }

    private func place(_ point: DataPoint) -> PagePoint? {
        guard let x = x(point.x), let y = y(point.y) else { return nil }
        return PagePoint(x, y)
    }

    /// Everything but titles and names.
    ///
    /// - Parameters:
    ///   - xLabels: What stands below the panel; nil where another one has the labels.
    ///   - yLabels: What stands left of it.
    ///   - ticks: Where the axes are marked, in points from their beginnings.
    /// - Returns: Layers, axes and labels.
    func marks(below xLabels: AxisLabels?, leftOf yLabels: AxisLabels?, ticks: (x: [Double], y: [Double])) -> [PageMark]
    {
        let size = cellTextSize
        return panel.layers.flatMap { marks($0, cellText: size) } + lines(ticks) + labels(xLabels, yLabels)
    }

    private func marks(_ layer: Layer, cellText: Double?) -> [PageMark] {
        switch layer {
        case .bar(let x, let y, let paint, let inset): return box(x, y, paint, inset)
        case .interval(let low, let high, let at, let isVertical, let paint, let cap):
            return interval(low, high, at, isVertical, paint, cap)
        case .points(let points, let style, let radius):
            return points.compactMap(place).filter { plot.inset(-0.5).contains(around: $0) }
                .map { .symbol(style.symbol, $0, radius: radius, style.point) }
        case .line(let points, let paint, let isStepped):
            return [.clipped(plot.inset(-0.5), [.path(strokes(points, isStepped), isClosed: false, paint)])]
        case .area(let lower, let upper, let paint, let isStepped):
            let outline =
                strokes(lower, isStepped).flatMap(\.self) + strokes(upper, isStepped).flatMap(\.self).reversed()
            return [.clipped(plot, [.path([outline], isClosed: true, paint)])]
        case .strip(let range, let isVertical, let paint):
            return strip(range, isVertical, paint)
        case .rule(let value, let isVertical, let paint):
            return rule(value, isVertical, paint)
        case .cell(let column, let row, let fill, let text, let isMarked):
            return cell(column, row, fill, text, isMarked, cellText)
        }
    }

    /// The part of a box that is within the axes.
    private func box(
        _ x: ClosedRange<Double>,
        _ y: ClosedRange<Double>,
        _ paint: Paint,
        _ inset: Double
    ) -> [PageMark] {
        guard let left = self.x(x.lowerBound), let right = self.x(x.upperBound), let first = self.y(y.lowerBound),
            let second = self.y(y.upperBound)
        else { return [] }
        let (top, bottom) = (min(first, second), max(first, second))
        let dx = min(inset, (right - left) / 4)
        let box = PageRectangle(
            left: max(left + dx, plot.left),
            top: max(top, plot.top),
            right: min(right - dx, plot.right),
            bottom: min(bottom, plot.bottom)
        )
        return box.width < 0 || box.height < 0 ? [] : [.rectangle(box, paint)]
    }

    private func interval(
        _ low: Double,
        _ high: Double,
        _ at: Double,
        _ isVertical: Bool,
        _ paint: Paint,
        _ cap: Double
    ) -> [PageMark] {
        let ends = isVertical ? (y(low), y(high), x(at)) : (x(low), x(high), y(at))
        guard let first = ends.0, let last = ends.1, let across = ends.2 else { return [] }
        // What lies beyond the axes is cut, and an end that is cut has no cap.
        let bounds = isVertical ? plot.top...plot.bottom : plot.left...plot.right
        let (near, far) = (min(first, last), max(first, last))
        guard far >= bounds.lowerBound, near <= bounds.upperBound else { return [] }
        var strokes = [[(max(near, bounds.lowerBound), across), (min(far, bounds.upperBound), across)]]
        for end in [near, far] where bounds.contains(end) {
            strokes.append([(end, across - cap), (end, across + cap)])
        }
        let placed = strokes.map { stroke in stroke.map { isVertical ? PagePoint($0.1, $0.0) : PagePoint($0.0, $0.1) } }
        return [.path(placed, isClosed: false, paint)]
    }

    private func strokes(_ points: [DataPoint], _ isStepped: Bool) -> [[PagePoint]] {
        var strokes: [[PagePoint]] = [[]]
        for point in points {
            guard let at = place(point) else {
                strokes.append([])
                continue
            }
            if isStepped, let last = strokes[strokes.count - 1].last {
                strokes[strokes.count - 1].append(PagePoint(at.x, last.y))
            }
            strokes[strokes.count - 1].append(at)
        }
        return strokes.filter { !$0.isEmpty }
    }

    private func strip(_ range: ClosedRange<Double>, _ isVertical: Bool, _ paint: Paint) -> [PageMark] {
        let ends = isVertical ? (x(range.lowerBound), x(range.upperBound)) : (y(range.upperBound), y(range.lowerBound))
        guard let first = ends.0, let last = ends.1 else { return [] }
        var box = plot
        if isVertical {
            (box.left, box.right) = (max(first, plot.left), min(last, plot.right))
        } else {
            (box.top, box.bottom) = (max(min(first, last), plot.top), min(max(first, last), plot.bottom))
        }
        return box.width <= 0 || box.height <= 0 ? [] : [.rectangle(box, paint)]
    }

    private func rule(_ value: Double, _ isVertical: Bool, _ paint: Paint) -> [PageMark] {
        guard let at = isVertical ? x(value) : y(value) else { return [] }
        let bounds = isVertical ? plot.left...plot.right : plot.top...plot.bottom
        guard bounds.contains(at) else { return [] }
        let stroke =
            isVertical
            ? [PagePoint(at, plot.top), PagePoint(at, plot.bottom)]
            : [PagePoint(plot.left, at), PagePoint(plot.right, at)]
        return [.path([stroke], isClosed: false, paint)]
    }

    private func lines(_ ticks: (x: [Double], y: [Double])) -> [PageMark] {
        let tick = ChartLayout.tickLength
        var strokes: [[PagePoint]] = []
        if panel.x.isMarked { strokes.append([PagePoint(plot.left, plot.bottom), PagePoint(plot.right, plot.bottom)]) }
        if panel.y.isMarked { strokes.append([PagePoint(plot.left, plot.top), PagePoint(plot.left, plot.bottom)]) }
        if panel.x.hasTicks {
            strokes += ticks.x.map {
                [PagePoint(plot.left + $0, plot.bottom), PagePoint(plot.left + $0, plot.bottom + tick)]
            }
        }
        if panel.y.hasTicks {
            strokes += ticks.y.map {
                [PagePoint(plot.left, plot.top + $0), PagePoint(plot.left - tick, plot.top + $0)]
            }
        }
        return strokes.isEmpty ? [] : [.path(strokes, isClosed: false, Paint(stroke: "#000"))]
    }

    private func labels(_ xLabels: AxisLabels?, _ yLabels: AxisLabels?) -> [PageMark] {
        let distance = ChartLayout.tickLength + ChartLayout.labelGap
        let below = (xLabels?.texts ?? []).map { $0.moved(by: PagePoint(plot.left, plot.bottom + distance)) }
        let left = (yLabels?.texts ?? []).map { $0.moved(by: PagePoint(plot.left - distance, plot.top)) }
        return (below + left).map(PageMark.text)
    }
}

// MARK: - Tables of numbers

extension PanelDrawing {
    private var cellExtent: (width: Double, height: Double) {
        let (x, y) = (panel.x.range, panel.y.range)
        return (plot.width / (x.upperBound - x.lowerBound), plot.height / (y.upperBound - y.lowerBound))
    }

    /// The size in which the numbers of all cells fit; nil where they do not fit in 5 points.
    private var cellTextSize: Double? {
        let texts = panel.layers.compactMap { if case .cell(_, _, _, let text, _) = $0 { text } else { nil } }
        let extent = cellExtent
        return [6.0, 5.5, 5].first { size in
            let widest = texts.map(TextMetrics(size: size).width).max() ?? 0
            return widest <= extent.width - 1.5
                && size * (TextMetrics.ascent + TextMetrics.descent) <= extent.height - 0.5
        }
    }

    private func cell(
        _ column: Int,
        _ row: Int,
        _ fill: String,
        _ text: String,
        _ isMarked: Bool,
        _ size: Double?
    ) -> [PageMark] {
        let extent = cellExtent
        let (left, top) = (plot.left + Double(column) * extent.width, plot.top + Double(row) * extent.height)
        let box = PageRectangle(left: left, top: top, right: left + extent.width, bottom: top + extent.height)
        var marks: [PageMark] = [.rectangle(box, Paint(fill: fill, stroke: "#ffffff", strokeWidth: 0.4))]
        if isMarked { marks.append(.rectangle(box.inset(0.5), Paint(stroke: "#000", strokeWidth: 0.9))) }
        let colour = Palette.contrast(fill, "#000000") >= 6 ? "#000" : "#fff"
        if let size {
            let at = PagePoint(box.centre.x, box.centre.y + TextMetrics(size: size).centring)
            marks.append(.text(PageText(text: text, at: at, size: size, anchor: .middle, colour: colour)))
        } else if text.hasPrefix("−") {
            // The sign is there even where the number does not fit.
            let half = min(2, extent.width / 4)
            let stroke = [PagePoint(box.centre.x - half, box.centre.y), PagePoint(box.centre.x + half, box.centre.y)]
            marks.append(.path([stroke], isClosed: false, Paint(stroke: colour, strokeWidth: 0.7)))
        }
        return marks
    }
}

extension Axis {
    /// Whether its labels have marks of their own: numbers do, names need none.
    var hasTicks: Bool {
        if case .categories = scale { return false }
        return isMarked
    }
}

extension PageText {
    func moved(by offset: PagePoint) -> PageText {
        var text = self
        text.at = PagePoint(at.x + offset.x, at.y + offset.y)
        return text
    }
}

extension PageRectangle {
    func contains(around point: PagePoint) -> Bool {
        point.x >= left && point.x <= right && point.y >= top && point.y <= bottom
    }
}
