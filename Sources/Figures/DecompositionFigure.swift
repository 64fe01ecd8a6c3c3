// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Which terms of a likelihood moved: signed terms stacked by level, and the total.
package struct DecompositionFigure: Figure {
    /// The terms of one mean difference.
    package struct Panel: Hashable, Sendable {
        /// What was changed.
        package var title: String
        /// For each stack, a difference for each term; nil where the model has no such term there.
        package var stacks: [[Double?]]
        /// The sum of all terms, as it was measured by itself.
        package var total: Double
        /// The total's interval.
        package var interval: ClosedRange<Double>?
        /// The number of images behind it.
        package var count: Int

        package init(
            title: String,
            stacks: [[Double?]],
            total: Double,
            interval: ClosedRange<Double>? = nil,
            count: Int
        ) {
            self.title = title
            self.stacks = stacks
            self.total = total
            self.interval = interval
            self.count = count
        }
    }

    package let details: FigureDetails
    /// From left to right and from the top down.
    package let panels: [Panel]
    /// What the stacks are, such as `level 1`.
    package let stackNames: [String]
    /// What is stacked.
    package let terms: [String]
    /// What they measure, with its unit.
    package let measure: String
    /// What the total's interval means.
    package let intervalMeaning: String

    package init(
        _ details: FigureDetails,
        panels: [Panel],
        stackNames: [String],
        terms: [String],
        measure: String = "difference in bits per dimension",
        intervalMeaning: String = ""
    ) {
        precondition(panels.allSatisfy { $0.stacks.count == stackNames.count }, "a stack for each name")
        self.details = details
        self.panels = panels
        self.stackNames = stackNames
        self.terms = terms
        self.measure = measure
        self.intervalMeaning = intervalMeaning
    }

    package var finding: String {
        let sentences = panels.compactMap { panel -> String? in
            var largest: (term: Int, stack: Int, value: Double)?
            for (stack, values) in panel.stacks.enumerated() {
                for (term, value) in values.enumerated() {
                    guard let value, value.isFinite, abs(value) > abs(largest?.value ?? 0) else { continue }
                    largest = (term, stack, value)
                }
            }
            guard let largest else { return nil }
            return "\(panel.title): \(NumberText.short(panel.total, signed: true)) in all, most of it in "
                + "\(terms[largest.term]) of \(stackNames[largest.stack]) (\(NumberText.short(largest.value, signed: true)))"
        }
        return sentences.isEmpty ? "Nothing was measured." : sentences.joined(separator: "; ") + "."
    }

    package var caption: String {
        FigureText.caption(
            counts: panels.map(\.count),
            of: "panel",
            intervalMeaning,
            "Bars: terms, what raises the bits above zero and what lowers them below; diamonds: their sum. \(cut.remark)",
            notFinite: panels.flatMap { $0.stacks.flatMap { $0.compactMap(\.self) } + [$0.total] }.count {
                !$0.isFinite
            }
        )
    }

    package var table: FigureTable {
        var rows: [[FigureTable.Cell]] = []
        for panel in panels {
            for (name, values) in zip(stackNames, panel.stacks) {
                for (term, value) in zip(terms, values) where value != nil {
                    rows.append([.text(panel.title), .text(name), .text(term), .count(panel.count), .optional(value)])
                }
            }
            rows.append([.text(panel.title), .text("all"), .text("total"), .count(panel.count), .number(panel.total)])
        }
        return FigureTable(columns: ["panel", "level", "term", "n", "value"], rows: rows)
    }

    private var cut: AxisCut { AxisCut(panels.map(\.total)) }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let styles = Palette.styles(terms.count)
        let columns = max(
            1,
            min(panels.count, Int((details.width.points - 30) / (Double(stackNames.count + 1) * 15 + 10)), 4)
        )
        let cut = cut
        let ends = panels.filter { !cut.isBeyond($0.total) }.flatMap { panel in
            panel.stacks.flatMap { Self.ends($0) } + [panel.total]
                + (panel.interval.map { [$0.lowerBound, $0.upperBound] } ?? [])
        }
        let names = stackNames + ["total"]
        return Chart(
            title: details.title,
            panels: panels.map { panel in
                Chart.Panel(
                    title: panel.title,
                    x: Axis(scale: .categories(names)),
                    y: .linear(ends, zero: true),
                    layers: layers(panel, styles),
                    height: panels.count > 2 * columns ? 80 : 105
                )
            },
            columns: columns,
            xName: "",
            yName: measure,
            legend: zip(terms, styles).map { Chart.LegendEntry(text: $0, style: $1, key: .area) }
                + [Chart.LegendEntry(text: "sum", style: Self.sum, key: .point)],
            note: details.showsCaption ? caption : ""
        )
    }

    private static let sum = SeriesStyle(colour: "#ffffff", outline: Palette.black, symbol: .diamond)

    /// What is stacked above and below zero.
    private static func ends(_ stack: [Double?]) -> [Double] {
        let values = stack.compactMap(\.self).filter(\.isFinite)
        return [values.filter { $0 > 0 }.reduce(0, +), values.filter { $0 < 0 }.reduce(0, +)]
    }

    private func layers(_ panel: Panel, _ styles: [SeriesStyle]) -> [Layer] {
        var layers: [Layer] = []
        for (position, stack) in panel.stacks.enumerated() {
            let at = Double(position)
            var (above, below) = (0.0, 0.0)
            for (value, style) in zip(stack, styles) {
                guard let value, value.isFinite, value != 0 else { continue }
                let range = value > 0 ? above...above + value : below + value...below
                layers.append(.bar(x: at - 0.36...at + 0.36, y: range, style.area))
                if value > 0 { above += value } else { below += value }
            }
            let sum = stack.compactMap(\.self).reduce(0, +)
            layers.append(.points([DataPoint(x: at, y: sum)], Self.sum, radius: 1.9))
        }
        let at = Double(panel.stacks.count)
        if panel.total.isFinite {
            let range = min(0, panel.total)...max(0, panel.total)
            layers.append(.bar(x: at - 0.36...at + 0.36, y: range, Paint(fill: "#bdbdbd", stroke: Palette.outline)))
        }
        if let interval = panel.interval {
            let (low, high) = (interval.lowerBound, interval.upperBound)
            layers.append(
                .interval(low: low, high: high, at: at, isVertical: true, Paint(stroke: "#000", strokeWidth: 0.6))
            )
        }
        layers.append(.points([DataPoint(x: at, y: panel.total)], Self.sum, radius: 1.9))
        return layers + [.rule(0, isVertical: false, Paint(stroke: "#000"))]
    }
}
