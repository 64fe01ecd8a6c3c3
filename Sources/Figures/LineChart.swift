// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// A chart of lines over a common axis, such as the losses of a training.
public struct LineChart: Figure {
    /// One line.
    public struct Series: Hashable, Sendable {
        /// What it is called.
        public var name: String
        /// Its points in the order of x; a point that is not finite interrupts the line.
        public var points: [Point]
        /// Whether the points are marked: for lines of few points.
        public var hasMarks: Bool

        /// A line without marks unless said otherwise.
        public init(_ name: String, _ points: [Point], hasMarks: Bool = false) {
            self.name = name
            self.points = points
            self.hasMarks = hasMarks
        }
    }

    /// A place in the chart.
    public struct Point: Hashable, Sendable {
        /// Along the horizontal axis.
        public var x: Double
        /// Along the vertical axis.
        public var y: Double

        /// A place in the chart.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }

        var isFinite: Bool { x.isFinite && y.isFinite }
    }

    package let details: FigureDetails
    /// What the horizontal axis measures.
    public let xLabel: String
    /// What the vertical axis measures.
    public let yLabel: String
    /// The lines, the first below the others.
    public let series: [Series]
    /// The part of the vertical axis that is shown, lines beyond it being cut off; nil for all of it.
    public let yRange: ClosedRange<Double>?

    /// Up to so many lines are named where they end; more are named in a legend.
    static let mostEndLabels = 4

    /// A chart of everything that is finite in `series` unless `yRange` says otherwise.
    public init(
        _ details: FigureDetails,
        xLabel: String,
        yLabel: String,
        series: [Series],
        yRange: ClosedRange<Double>? = nil
    ) {
        self.details = details
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.yRange = yRange
    }

    package var finding: String {
        let ends = series.compactMap { series in
            series.points.last(where: \.isFinite).map { "\(series.name) ends at \(NumberText.short($0.y))" }
        }
        guard let last = series.flatMap(\.points).filter(\.isFinite).map(\.x).max() else {
            return "Nothing was measured."
        }
        return "At \(last == last.rounded() && abs(last) < 1e15 ? HumanText.count(Int(last)) : NumberText.short(last)) "
            + "\(xLabel), \(ends.joined(separator: ", "))."
    }

    package var caption: String { "" }

    package var table: FigureTable {
        FigureTable(
            columns: ["series", "x", "y"],
            rows: series.flatMap { series in
                series.points.map { [.text(series.name), .number($0.x), .number($0.y)] }
            }
        )
    }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let finite = series.flatMap(\.points).filter(\.isFinite)
        let styles = Palette.styles(series.count)
        let y = yRange.map { Axis(scale: .linear($0)) } ?? Axis.linear(finite.map(\.y))
        let hasEndLabels = series.count <= Self.mostEndLabels
        var panel = Chart.Panel(x: .linear(finite.map(\.x)), y: y, layers: layers(styles), height: 105)
        if hasEndLabels {
            panel.endLabels = zip(series, styles).compactMap { series, style in
                guard let end = series.points.last(where: \.isFinite) else { return nil }
                return Chart.EndLabel(text: series.name, y: end.y, style: style, key: key(series))
            }
        }
        return Chart(
            title: details.title,
            panels: [panel],
            xName: xLabel,
            yName: yLabel,
            legend: hasEndLabels
                ? [] : zip(series, styles).map { Chart.LegendEntry(text: $0.name, style: $1, key: key($0)) }
        )
    }

    private func key(_ series: Series) -> Chart.LegendEntry.Key { series.hasMarks ? .lineAndPoint : .line }

    private func layers(_ styles: [SeriesStyle]) -> [Layer] {
        zip(series, styles).flatMap { series, style -> [Layer] in
            let points = series.points.map { DataPoint(x: $0.x, y: $0.y) }
            let line = Layer.line(points, series.hasMarks ? style.markedLine : style.line)
            return series.hasMarks ? [line, .points(points, style)] : [line]
        }
    }
}
