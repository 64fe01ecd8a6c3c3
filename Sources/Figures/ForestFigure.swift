// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Differences with their intervals, one a row, against the band of the smallest effect that matters.
public struct ForestFigure: Figure {
    /// A difference.
    public struct Row: Hashable, Sendable {
        /// What it is the difference of.
        public var name: String
        /// The difference.
        public var value: Double
        /// Its interval; nil where it cannot be estimated.
        public var interval: ClosedRange<Double>?
        /// The number of images behind it.
        public var count: Int
        /// What is concluded.
        public var conclusion: Conclusion

        /// A difference of `count` images.
        public init(name: String, value: Double, interval: ClosedRange<Double>?, count: Int, conclusion: Conclusion) {
            self.name = name
            self.value = value
            self.interval = interval
            self.count = count
            self.conclusion = conclusion
        }

        /// What is concluded about a difference.
        public enum Conclusion: String, CaseIterable, Hashable, Sendable {
            case raised, lowered, equivalent, undecided
        }
    }

    /// Rows that belong together, such as those of a model and a data set.
    public struct Group: Hashable, Sendable {
        /// What they have in common.
        public var title: String
        /// From the top down.
        public var rows: [Row]

        /// Rows under a title.
        public init(title: String, rows: [Row]) {
            self.title = title
            self.rows = rows
        }
    }

    package let details: FigureDetails
    /// From the top down.
    public let groups: [Group]
    /// What the differences are of, with its unit.
    public let measure: String
    /// Differences within plus or minus this are taken for none.
    public let smallestEffect: Double
    /// What the intervals mean.
    public let intervalMeaning: String

    /// The most rows that a page can hold.
    private static let mostRows = 44

    /// A figure of `groups`.
    public init(
        _ details: FigureDetails,
        groups: [Group],
        measure: String = "difference in bits per dimension",
        smallestEffect: Double,
        intervalMeaning: String
    ) {
        self.details = details
        self.groups = groups
        self.measure = measure
        self.smallestEffect = smallestEffect
        self.intervalMeaning = intervalMeaning
    }

    private var rows: [Row] { groups.flatMap(\.rows) }

    package var finding: String {
        let counts = Row.Conclusion.allCases.compactMap { verdict in
            let count = rows.count { $0.conclusion == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        guard let largest = rows.filter({ $0.value.isFinite }).max(by: { abs($0.value) < abs($1.value) }) else {
            return "Nothing was measured."
        }
        return "Of \(rows.count) differences, \(counts.joined(separator: ", ")); the largest is "
            + "\(NumberText.short(largest.value, signed: true)) (\(largest.name))."
    }

    package var caption: String {
        FigureText.caption(
            counts: rows.map(\.count),
            of: "row",
            intervalMeaning,
            ["Grey: the smallest effect, ±\(NumberText.short(smallestEffect)).", cut.remark].joined(separator: " "),
            notFinite: rows.count { !$0.value.isFinite }
        )
    }

    package var table: FigureTable {
        FigureTable(
            columns: ["group", "name", "n", "value", "low", "high", "verdict"],
            rows: groups.flatMap { group in
                group.rows.map { row in
                    [
                        .text(group.title), .text(row.name), .count(row.count), .number(row.value),
                        .optional(row.interval?.lowerBound), .optional(row.interval?.upperBound),
                        .text(row.conclusion.rawValue),
                    ]
                }
            }
        )
    }

    private var cut: AxisCut { AxisCut(rows.map(\.value)) }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let (shown, left) = shownGroups
        let cut = cut
        let ends = shown.flatMap(\.rows).filter { !cut.isBeyond($0.value) }.flatMap { row in
            [row.value, row.interval?.lowerBound ?? row.value, row.interval?.upperBound ?? row.value]
        }
        let x = Axis.linear(ends + [-smallestEffect, smallestEffect], zero: true)
        let used = Row.Conclusion.allCases.filter { verdict in rows.contains { $0.conclusion == verdict } }
        let remark = left == 0 ? "" : "The first \(rows.count - left) of \(rows.count) rows are drawn. "
        return Chart(
            title: details.title,
            panels: shown.map { panel($0, x) },
            xName: measure,
            yName: "",
            sharesY: false,
            legend: used.map { Chart.LegendEntry(text: $0.rawValue, style: Self.style($0), key: .point) },
            note: details.showsCaption ? remark + caption : remark
        )
    }

    /// The groups that fit on a page, and how many rows are left out.
    private var shownGroups: (groups: [Group], leftOut: Int) {
        var shown: [Group] = []
        var room = Self.mostRows
        for group in groups where room > 0 {
            // A title takes the room of two rows.
            let rows = Array(group.rows.prefix(room))
            shown.append(Group(title: group.title, rows: rows))
            room -= rows.count + 2
        }
        return (shown, rows.count - shown.reduce(0) { $0 + $1.rows.count })
    }

    private func panel(_ group: Group, _ x: Axis) -> Chart.Panel {
        var layers: [Layer] = [
            .strip(-smallestEffect...smallestEffect, isVertical: true, Paint(fill: "#e2e2e2")),
            .rule(0, isVertical: true, Paint(stroke: "#000", strokeWidth: 0.4)),
        ]
        for (position, row) in group.rows.enumerated() {
            let at = Double(position)
            if let interval = row.interval {
                let (low, high) = (interval.lowerBound, interval.upperBound)
                layers.append(
                    .interval(low: low, high: high, at: at, isVertical: false, Paint(stroke: "#000", strokeWidth: 0.7))
                )
            }
            layers.append(.points([DataPoint(x: row.value, y: at)], Self.style(row.conclusion), radius: 2))
        }
        let names = Axis(scale: .categories(group.rows.map(\.name)))
        return Chart.Panel(title: group.title, x: x, y: names, layers: layers, height: Double(group.rows.count) * 9.5)
    }

    /// Shape and lightness tell verdicts apart; up is raised, down is lowered.
    private static func style(_ verdict: Row.Conclusion) -> SeriesStyle {
        switch verdict {
        case .raised: SeriesStyle(colour: Palette.vermillion, outline: Palette.black, symbol: .triangle)
        case .lowered: SeriesStyle(colour: Palette.blue, outline: Palette.black, symbol: .invertedTriangle)
        case .equivalent: SeriesStyle(colour: "#ffffff", outline: Palette.black, symbol: .square)
        case .undecided: SeriesStyle(colour: "#999999", outline: Palette.black, symbol: .circle)
        }
    }
}
