// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// What shifts do: a cell for each of them, coloured by the difference from the unshifted images.
package struct PhaseMapFigure: Figure {
    /// A map of shifts.
    package struct Panel: Hashable, Sendable {
        /// Whose map it is.
        package var title: String
        /// Mean differences by shift.
        package var values: [Shift: Double]
        /// The number of images behind each cell.
        package var count: Int

        package init(title: String, values: [Shift: Double], count: Int) {
            self.title = title
            self.values = values
            self.count = count
        }
    }

    /// A shift in pixels.
    package struct Shift: Hashable, Sendable {
        /// To the right.
        package var dx: Int
        /// Downwards.
        package var dy: Int

        package init(dx: Int, dy: Int) {
            self.dx = dx
            self.dy = dy
        }
    }

    package let details: FigureDetails
    /// From left to right and from the top down.
    package let panels: [Panel]
    /// What the cells show, with its unit.
    package let measure: String

    package init(_ details: FigureDetails, panels: [Panel], measure: String = "mean difference in bits per dimension") {
        self.details = details
        self.panels = panels
        self.measure = measure
    }

    private var cut: AxisCut { AxisCut(panels.flatMap(\.values.values)) }

    private var scale: DivergingScale { DivergingScale(around: cut.kept) }

    package var finding: String {
        let cells = panels.flatMap { panel in panel.values.map { (panel.title, $0.key, $0.value) } }
            .filter { $0.2.isFinite }
            .sorted { ($0.0, $0.1.dy, $0.1.dx) < ($1.0, $1.1.dy, $1.1.dx) }
        guard let most = cells.max(by: { abs($0.2) < abs($1.2) }) else { return "Nothing was measured." }
        let raised = cells.count { $0.2 > 0 }
        return
            "Of \(cells.count) shifts \(raised) raise the \(measure.replacing("mean difference in ", with: "")); the largest "
            + "difference is \(NumberText.short(most.2, signed: true)) at dx \(most.1.dx), dy \(most.1.dy) (\(most.0))."
    }

    package var caption: String {
        FigureText.caption(
            counts: panels.map(\.count),
            of: "cell",
            "",
            "The colours of all panels have one scale, as far down as up; the frame is the unshifted image. \(cut.remark)",
            notFinite: panels.flatMap(\.values.values).count { !$0.isFinite }
        )
    }

    package var table: FigureTable {
        FigureTable(
            columns: ["panel", "dx", "dy", "n", "value"],
            rows: panels.flatMap { panel in
                panel.values.sorted { ($0.key.dy, $0.key.dx) < ($1.key.dy, $1.key.dx) }.map { shift, value in
                    [.text(panel.title), .count(shift.dx), .count(shift.dy), .count(panel.count), .number(value)]
                }
            }
        )
    }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let shifts = panels.flatMap(\.values.keys)
        let (dx, dy) = (Self.axis(shifts.map(\.dx)), Self.axis(shifts.map(\.dy)))
        let columns = columns(cells: dx.count)
        let width = (details.width.points - 30) / Double(columns) - 8
        // Cells are squares, but not larger than their numbers need.
        let height = min(width / Double(max(dx.count, 1)), 26) * Double(dy.count)
        let names = { (values: [Int]) in Axis(scale: .categories(values.map(Self.name)), isMarked: false) }
        return Chart(
            title: details.title,
            panels: panels.map { panel in
                Chart.Panel(
                    title: panel.title,
                    x: names(dx),
                    y: names(dy),
                    layers: layers(panel, dx, dy),
                    height: height
                )
            },
            columns: columns,
            xName: "dx (pixels to the right)",
            yName: "dy (pixels down)",
            colourBar: ColourBar(
                name: measure,
                colours: scale.bar,
                low: NumberText.short(-scale.reach, signed: true),
                high: NumberText.short(scale.reach, signed: true)
            ),
            note: details.showsCaption ? caption : ""
        )
    }

    /// As many maps beside one another as leave every cell room for its number.
    private func columns(cells: Int) -> Int {
        let fitting = Int((details.width.points - 30) / (Double(max(cells, 1)) * 17 + 10))
        return max(1, min(fitting, panels.count, 4))
    }

    /// All whole numbers from the least to the greatest; too many of them only where something was measured.
    private static func axis(_ values: [Int]) -> [Int] {
        guard let least = values.min(), let greatest = values.max() else { return [] }
        return greatest - least <= 32 ? Array(least...greatest) : Set(values).sorted()
    }

    private static func name(_ shift: Int) -> String { shift < 0 ? "−\(-shift)" : "\(shift)" }

    private func layers(_ panel: Panel, _ dx: [Int], _ dy: [Int]) -> [Layer] {
        var layers: [Layer] = []
        var frame: Layer?
        for (row, y) in dy.enumerated() {
            for (column, x) in dx.enumerated() {
                guard let value = panel.values[Shift(dx: x, dy: y)] else { continue }
                let isZero = x == 0 && y == 0
                let text =
                    abs(value) < 100
                    ? HumanText.fixed(value, decimals: 2, signed: true) : NumberText.short(value, signed: true)
                let cell = Layer.cell(column: column, row: row, fill: scale.colour(value), text: text, isMarked: isZero)
                if isZero { frame = cell } else { layers.append(cell) }
            }
        }
        // Its frame lies on its neighbours.
        return layers + [frame].compactMap(\.self)
    }
}
