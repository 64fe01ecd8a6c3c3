// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// How values are distributed: the share of images below each, or dots at equal shares for every class.
package struct DistributionFigure: Figure {
    /// How distributions are drawn.
    package enum Form: String, CaseIterable, Hashable, Sendable {
        /// The share of images with less, as a line for each sample.
        case cumulative
        /// Dots at the quantiles 1/40, 3/40, … of each sample, and a line at its median.
        case quantiles
    }

    /// Values that belong together.
    package struct Sample: Hashable, Sendable {
        /// What they are values of.
        package var name: String
        /// In any order; what is not finite is counted, not drawn.
        package var values: [Double]

        package init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }

    /// Samples side by side.
    package struct Panel: Hashable, Sendable {
        /// What they have in common.
        package var title: String
        /// Groups, such as classes, each with the samples in the order of ``DistributionFigure/series``.
        package var groups: [String]
        /// For each group, the values of each series.
        package var samples: [[[Double]]]

        package init(title: String, groups: [String], samples: [[[Double]]]) {
            precondition(groups.count == samples.count, "groups without samples")
            self.title = title
            self.groups = groups
            self.samples = samples
        }
    }

    package let details: FigureDetails
    package let form: Form
    package let panels: [Panel]
    /// What is compared within a group.
    package let series: [String]
    /// What the values are, with their unit.
    package let measure: String
    /// What the groups are.
    package let groupName: String

    /// Dots of a sample.
    private static let dots = 20
    /// Steps of a line at most: more cannot be seen.
    private static let steps = 200

    package init(
        _ details: FigureDetails,
        form: Form,
        panels: [Panel],
        series: [String],
        measure: String = "bits per dimension",
        groupName: String = "class"
    ) {
        precondition(
            panels.allSatisfy { $0.samples.allSatisfy { $0.count == series.count } },
            "a sample for each series"
        )
        self.details = details
        self.form = form
        self.panels = panels
        self.series = series
        self.measure = measure
        self.groupName = groupName
    }

    private var samples: [Sample] {
        panels.flatMap { panel in
            zip(panel.groups, panel.samples).flatMap { group, samples in
                let place = group.isEmpty ? panel.title : "\(panel.title), \(groupName) \(group)"
                return zip(series, samples).map { Sample(name: "\(place), \($0)", values: $1) }
            }
        }
    }

    /// Of what is drawn: dots, or the ends of lines.
    private var cut: AxisCut {
        AxisCut(samples.flatMap { Self.quantiles($0.values, form == .quantiles ? Self.dots : 200) })
    }

    package var finding: String {
        let medians = samples.compactMap { sample in
            Self.quantiles(sample.values, 1).first.map { (sample.name, $0) }
        }
        guard let least = medians.min(by: { $0.1 < $1.1 }), let most = medians.max(by: { $0.1 < $1.1 }) else {
            return "Nothing was measured."
        }
        return
            "The median of the \(measure) is lowest in \(least.0) (\(NumberText.short(least.1))) and highest in \(most.0) "
            + "(\(NumberText.short(most.1)))."
    }

    package var caption: String {
        let drawn =
            form == .quantiles
            ? "Each dot is a twentieth of the images; lines are medians." : "Lines: the share of images with less."
        let lost = samples.reduce(0) { $0 + $1.values.count { !$0.isFinite } }
        return FigureText.caption(
            counts: samples.map(\.values.count),
            of: "sample",
            "",
            "\(drawn) \(cut.remark)",
            notFinite: lost
        )
    }

    package var table: FigureTable {
        var rows: [[FigureTable.Cell]] = []
        for panel in panels {
            for (group, samples) in zip(panel.groups, panel.samples) {
                for (name, values) in zip(series, samples) {
                    let quantiles = Self.quantiles(values, Self.dots)
                    for (position, value) in quantiles.enumerated() {
                        let share = (Double(position) + 0.5) / Double(Self.dots)
                        rows.append([
                            .text(panel.title), .text(group), .text(name), .count(values.count), .number(share),
                            .number(value),
                        ])
                    }
                }
            }
        }
        return FigureTable(columns: ["panel", "group", "series", "n", "quantile", "value"], rows: rows)
    }

    /// The values at the shares ½/count, 1½/count, … of the finite `values` (linear between neighbours).
    private static func quantiles(_ values: [Double], _ count: Int) -> [Double] {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return [] }
        return (0..<count).map { position in
            let place = (Double(position) + 0.5) / Double(count) * Double(sorted.count - 1)
            let (low, part) = (Int(place), place - place.rounded(.down))
            return sorted[low] + (sorted[min(low + 1, sorted.count - 1)] - sorted[low]) * part
        }
    }

    package var page: Page {
        ChartLayout(form == .quantiles ? dotChart : lineChart, width: details.width.points).page()
    }
}

// MARK: - Dots

extension DistributionFigure {
    private var dotChart: Chart {
        let styles = Palette.styles(series.count)
        let widest = panels.map { $0.groups.count * series.count }.max() ?? 1
        let columns = max(1, min(panels.count, 4, Int((details.width.points - 30) / (Double(widest) * 6 + 14))))
        let values = cut.kept
        return Chart(
            title: details.title,
            panels: panels.map { panel in
                Chart.Panel(
                    title: panel.title,
                    x: Axis(scale: .categories(panel.groups)),
                    y: .linear(values),
                    layers: dotLayers(panel, styles),
                    height: 110
                )
            },
            columns: columns,
            xName: groupName,
            yName: measure,
            sharesX: panels.allSatisfy { $0.groups == panels[0].groups },
            legend: series.count > 1
                ? zip(series, styles).map { Chart.LegendEntry(text: $0, style: $1, key: .point) } : [],
            note: details.showsCaption ? caption : ""
        )
    }

    private func dotLayers(_ panel: Panel, _ styles: [SeriesStyle]) -> [Layer] {
        var layers: [Layer] = []
        let band = 0.8 / Double(series.count)
        for (group, samples) in panel.samples.enumerated() {
            for (position, values) in samples.enumerated() {
                let middle = Double(group) - 0.4 + (Double(position) + 0.5) * band
                let dots = Self.quantiles(values, Self.dots)
                layers.append(.points(dots.map { DataPoint(x: middle, y: $0) }, styles[position], radius: 1.1))
                guard let median = Self.quantiles(values, 1).first else { continue }
                let ends = [
                    DataPoint(x: middle - band * 0.42, y: median), DataPoint(x: middle + band * 0.42, y: median),
                ]
                layers.append(.line(ends, Paint(stroke: "#000", strokeWidth: 0.8)))
            }
        }
        return layers
    }
}

// MARK: - Lines

extension DistributionFigure {
    /// A panel for each group of each panel: lines of one group are compared with one another.
    private var lineChart: Chart {
        let styles = Palette.styles(series.count)
        let values = cut.kept
        let x = Axis.linear(values)
        let all = panels.flatMap { panel in
            zip(panel.groups, panel.samples).map { group, samples in
                let name =
                    group.isEmpty || panel.groups.count == 1 && !panel.title.isEmpty ? "" : "\(groupName) \(group)"
                return Chart.Panel(
                    title: [panel.title, name].filter { !$0.isEmpty }.joined(separator: ", "),
                    x: x,
                    y: Axis(scale: .linear(0...1)),
                    layers: zip(samples, styles).map { Layer.line(Self.steps($0), $1.line, isStepped: true) },
                    height: 70
                )
            }
        }
        let columns = min(max(all.count, 1), details.width == .page ? 4 : 2)
        return Chart(
            title: details.title,
            panels: all,
            columns: columns,
            xName: measure,
            yName: "share of images",
            legend: zip(series, styles).map { Chart.LegendEntry(text: $0, style: $1, key: .line) },
            note: details.showsCaption ? caption : ""
        )
    }

    /// The share of values up to each; every value where there are few.
    private static func steps(_ values: [Double]) -> [DataPoint] {
        let sorted = values.filter(\.isFinite).sorted()
        guard let first = sorted.first else { return [] }
        let count = min(sorted.count, steps)
        return [DataPoint(x: first, y: 0)]
            + (1...count).map { step in
                let rank = step * sorted.count / count
                return DataPoint(x: sorted[rank - 1], y: Double(rank) / Double(sorted.count))
            }
    }
}
