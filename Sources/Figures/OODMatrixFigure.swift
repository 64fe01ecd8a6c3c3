// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// How well scores tell two data sets apart: a table of areas under the ROC curve, coloured around one half.
package struct OODMatrixFigure: Figure {
    /// An area.
    package struct Entry: Hashable, Sendable {
        /// 0 to 1: how often an image of the other data set has the higher score.
        package var area: Double
        /// Its interval; nil where it cannot be estimated.
        package var interval: ClosedRange<Double>?
        /// Images inside and outside.
        package var counts: (inside: Int, outside: Int) { (inside, outside) }
        private var inside: Int
        private var outside: Int

        package init(area: Double, interval: ClosedRange<Double>?, inside: Int, outside: Int) {
            self.area = area
            self.interval = interval
            self.inside = inside
            self.outside = outside
        }
    }

    package let details: FigureDetails
    /// Names of the rows, such as a model and the data sets that it is to tell apart.
    package let rows: [String]
    /// Names of the columns, such as scores.
    package let columns: [String]
    /// For each row, an entry for each column; nil where nothing was measured.
    package let entries: [[Entry?]]
    /// What the intervals in the table mean.
    package let intervalMeaning: String

    /// The most rows that a page can hold.
    private static let mostRows = 36

    package init(
        _ details: FigureDetails,
        rows: [String],
        columns: [String],
        entries: [[Entry?]],
        intervalMeaning: String
    ) {
        precondition(entries.count == rows.count && entries.allSatisfy { $0.count == columns.count }, "an entry a cell")
        self.details = details
        self.rows = rows
        self.columns = columns
        self.entries = entries
        self.intervalMeaning = intervalMeaning
    }

    package var finding: String {
        let named = zip(rows, entries).flatMap { row, entries in
            zip(columns, entries).compactMap { column, entry in
                entry.flatMap { $0.area.isFinite ? ("\(column) of \(row)", $0.area) : nil }
            }
        }
        guard let least = named.min(by: { $0.1 < $1.1 }), let most = named.max(by: { $0.1 < $1.1 }) else {
            return "Nothing was measured."
        }
        let below = named.count { $0.1 < 0.5 }
        return "The best is \(most.0) with an AUROC of \(NumberText.short(most.1)), the worst \(least.0) with "
            + "\(NumberText.short(least.1)); \(below) of \(named.count) are below one half, where the other data set seems "
            + "the more likely one."
    }

    package var caption: String {
        let counts = entries.flatMap { $0.compactMap { $0 } }.map { $0.counts.inside + $0.counts.outside }
        let left = rows.count - min(rows.count, Self.mostRows)
        let remark = left > 0 ? " The first \(Self.mostRows) of \(rows.count) rows are drawn." : ""
        return FigureText.caption(
            counts: counts,
            of: "cell",
            "AUROC, the other data set counted as positive; white is chance",
            (intervalMeaning.isEmpty ? "" : "The table has \(intervalMeaning).") + remark
        )
    }

    package var table: FigureTable {
        FigureTable(
            columns: ["row", "column", "inside", "outside", "auroc", "low", "high"],
            rows: zip(rows, entries).flatMap { row, entries in
                zip(columns, entries).compactMap { column, entry -> [FigureTable.Cell]? in
                    guard let entry else { return nil }
                    return [
                        .text(row), .text(column), .count(entry.counts.inside), .count(entry.counts.outside),
                        .number(entry.area), .optional(entry.interval?.lowerBound),
                        .optional(entry.interval?.upperBound),
                    ]
                }
            }
        )
    }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let scale = DivergingScale(middle: 0.5, reach: 0.5)
        var layers: [Layer] = []
        let shown = min(rows.count, Self.mostRows)
        for (row, entries) in entries.prefix(shown).enumerated() {
            for (column, entry) in entries.enumerated() {
                guard let entry else { continue }
                let text = HumanText.fixed(entry.area, decimals: 2)
                layers.append(.cell(column: column, row: row, fill: scale.colour(entry.area), text: text))
            }
        }
        let panel = Chart.Panel(
            x: Axis(scale: .categories(columns), isMarked: false),
            y: Axis(scale: .categories(Array(rows.prefix(shown))), isMarked: false),
            layers: layers,
            height: Double(shown) * (shown > 14 ? 9 : 17)
        )
        return Chart(
            title: details.title,
            panels: rows.isEmpty ? [] : [panel],
            xName: "",
            yName: "",
            colourBar: ColourBar(name: "AUROC", colours: scale.bar, low: "0", high: "1"),
            note: details.showsCaption ? caption : ""
        )
    }
}
