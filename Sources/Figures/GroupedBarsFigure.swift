// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Bars in groups, several to a panel: bits per dimension of every class under every transformation.
///
/// All panels have one vertical axis, which begins at zero: figures 1, 4, 6, 7 and 8 of Wang and Yiu.
public struct GroupedBarsFigure: Figure {
    /// A measured value and its interval.
    public struct Bar: Hashable, Sendable {
        /// How high it is.
        public var value: Double
        /// The interval; nil for none.
        public var interval: ClosedRange<Double>?
        /// The number of images behind it.
        public var count: Int

        /// A value of `count` images.
        public init(value: Double, interval: ClosedRange<Double>? = nil, count: Int) {
            self.value = value
            self.interval = interval
            self.count = count
        }
    }

    /// Groups beside one another.
    public struct Panel: Hashable, Sendable {
        /// What it shows, such as a model and a data set.
        public var title: String
        /// Names of the groups, such as classes.
        public var groups: [String]
        /// For each group, a bar for each series; nil where nothing was measured.
        public var bars: [[Bar?]]

        /// A panel; `bars` has a row for each group.
        public init(title: String, groups: [String], bars: [[Bar?]]) {
            precondition(bars.count == groups.count, "groups without bars")
            self.title = title
            self.groups = groups
            self.bars = bars
        }
    }

    package let details: FigureDetails
    /// From left to right and from the top down.
    public let panels: [Panel]
    /// Names of the bars of a group; the first is what the others are compared with.
    public let series: [String]
    /// What the bars measure, with its unit.
    public let measure: String
    /// What the groups are.
    public let groupName: String
    /// What the intervals mean, such as `95 % bootstrap intervals of the mean over images`.
    public let intervalMeaning: String

    /// A figure of `panels`, whose groups have a bar for each of `series`.
    public init(
        _ details: FigureDetails,
        panels: [Panel],
        series: [String],
        measure: String = "bits per dimension",
        groupName: String = "class",
        intervalMeaning: String
    ) {
        precondition(panels.allSatisfy { $0.bars.allSatisfy { $0.count == series.count } }, "a bar for each series")
        self.details = details
        self.panels = panels
        self.series = series
        self.measure = measure
        self.groupName = groupName
        self.intervalMeaning = intervalMeaning
    }

    private var bars: [Bar] { panels.flatMap { $0.bars.flatMap { $0.compactMap(\.self) } } }

    package var finding: String {
        guard series.count > 1 else { return extremes }
        return (1..<series.count).map(comparison).joined(separator: "; ") + "."
    }

    private var extremes: String {
        let named = panels.flatMap { panel in zip(panel.groups, panel.bars).map { ($0, $1.first.flatMap(\.self)) } }
        let finite = named.compactMap { name, bar in bar.flatMap { $0.value.isFinite ? (name, $0.value) : nil } }
        guard let least = finite.min(by: { $0.1 < $1.1 }), let most = finite.max(by: { $0.1 < $1.1 }) else {
            return "Nothing was measured."
        }
        return "The \(measure) are lowest for \(groupName) \(least.0) (\(NumberText.short(least.1))) and highest for "
            + "\(groupName) \(most.0) (\(NumberText.short(most.1)))."
    }

    /// How series number `position` differs from the first one.
    private func comparison(_ position: Int) -> String {
        let differences = panels.flatMap { panel in
            panel.bars.compactMap { bars -> Double? in
                guard let other = bars[position], let first = bars[0] else { return nil }
                return other.value - first.value
            }
        }
        let finite = differences.filter(\.isFinite)
        guard !finite.isEmpty else { return "\(series[position]) cannot be compared with \(series[0])" }
        let higher = finite.count { $0 > 0 }
        let mean = finite.reduce(0) { $0 + $1 / Double(finite.count) }
        return "\(series[position]) is higher than \(series[0]) in \(higher) of \(finite.count) groups, by "
            + "\(NumberText.short(mean, signed: true)) on average"
    }

    package var caption: String {
        FigureText.caption(
            counts: bars.map(\.count),
            of: "bar",
            intervalMeaning,
            cut.remark,
            notFinite: bars.count { !$0.value.isFinite }
        )
    }

    package var table: FigureTable {
        let rows = panels.flatMap { panel in
            zip(panel.groups, panel.bars).flatMap { group, bars in
                zip(series, bars).map { name, bar -> [FigureTable.Cell] in
                    [
                        .text(panel.title), .text(group), .text(name), .optional(bar?.count), .optional(bar?.value),
                        .optional(bar?.interval?.lowerBound), .optional(bar?.interval?.upperBound),
                    ]
                }
            }
        }
        return FigureTable(columns: ["panel", "group", "series", "n", "value", "low", "high"], rows: rows)
    }

    private var cut: AxisCut { AxisCut(bars.map(\.value)) }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let styles = Palette.styles(series.count)
        let cut = cut
        let ends = bars.filter { !cut.isBeyond($0.value) }.flatMap { bar in
            [bar.value, bar.interval?.lowerBound ?? bar.value, bar.interval?.upperBound ?? bar.value]
        }
        let y = Axis.linear(ends, zero: true)
        let columns = columns
        let height = panels.count > 2 * columns ? 80.0 : columns == 1 && details.width == .page ? 130 : 100
        return Chart(
            title: details.title,
            panels: panels.map { panel in
                Chart.Panel(
                    title: panel.title,
                    x: Axis(scale: .categories(panel.groups)),
                    y: y,
                    layers: layers(panel, styles),
                    height: height
                )
            },
            columns: columns,
            xName: groupName,
            yName: measure,
            sharesX: panels.allSatisfy { $0.groups == panels[0].groups },
            legend: series.count > 1
                ? zip(series, styles).map { Chart.LegendEntry(text: $0, style: $1, key: .area) } : [],
            note: details.showsCaption ? caption : ""
        )
    }

    /// As many panels beside one another as leave every bar 4 points.
    private var columns: Int {
        let widest = panels.map { $0.groups.count * series.count }.max() ?? 1
        let fitting = Int((details.width.points - 30) / (Double(widest) * 4.5 + 14))
        let most = max(1, min(fitting, 4, panels.count))
        // Four panels look better as two rows of two than as three and one.
        return most == 3 && panels.count == 4 ? 2 : most
    }

    private func layers(_ panel: Panel, _ styles: [SeriesStyle]) -> [Layer] {
        var layers: [Layer] = []
        let band = 0.8 / Double(series.count)
        for (group, bars) in panel.bars.enumerated() {
            for (position, bar) in bars.enumerated() {
                guard let bar, bar.value.isFinite else { continue }
                let left = Double(group) - 0.4 + Double(position) * band
                let y = min(0, bar.value)...max(0, bar.value)
                // Half a pixel of a screen at each side.
                layers.append(.bar(x: left...left + band, y: y, styles[position].area, inset: 0.375))
                guard let interval = bar.interval else { continue }
                layers += whisker(interval, at: left + band / 2, isOnBlack: styles[position].colour == Palette.black)
            }
        }
        layers.append(.rule(0, isVertical: false, Paint(stroke: "#000")))
        return layers
    }

    /// An interval with caps; on black it has a white edge.
    private func whisker(_ interval: ClosedRange<Double>, at: Double, isOnBlack: Bool) -> [Layer] {
        let (low, high) = (interval.lowerBound, interval.upperBound)
        let line = Layer.interval(
            low: low,
            high: high,
            at: at,
            isVertical: true,
            Paint(stroke: "#000", strokeWidth: 0.6)
        )
        guard isOnBlack else { return [line] }
        let edge = Paint(stroke: "#ffffff", strokeWidth: 1.6)
        return [.interval(low: low, high: high, at: at, isVertical: true, edge), line]
    }
}
