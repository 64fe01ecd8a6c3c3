// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// Scores of two or more data sets under one model, as histograms upon one another.
package struct OODHistogramFigure: Figure {
    /// The scores of one model.
    package struct Panel: Hashable, Sendable {
        /// The model.
        package var title: String
        /// For each data set, the scores of its images; what is not finite is counted, not drawn.
        package var scores: [[Double]]

        package init(title: String, scores: [[Double]]) {
            self.title = title
            self.scores = scores
        }
    }

    package let details: FigureDetails
    package let panels: [Panel]
    /// The data sets, that on which the models were trained first where all agree.
    package let datasets: [String]
    /// What the scores are, with their unit.
    package let measure: String

    package init(
        _ details: FigureDetails,
        panels: [Panel],
        datasets: [String],
        measure: String = "bits per dimension"
    ) {
        precondition(panels.allSatisfy { $0.scores.count == datasets.count }, "scores for each data set")
        self.details = details
        self.panels = panels
        self.datasets = datasets
        self.measure = measure
    }

    /// Equal bins over all panels.
    private struct Bins {
        var low = 0.0
        var width = 1.0
        var count = 1

        /// Freedman and Diaconis's width of the largest sample, 12 to 60 bins over 99 of 100 images.
        init(_ samples: [[Double]]) {
            let all = samples.flatMap(\.self).filter { $0.isFinite && abs($0) < 1e290 }.sorted()
            // A few strange images would press all others into one bin.
            let least = all.isEmpty ? 0 : all[(all.count - 1) / 200]
            let greatest = all.isEmpty ? 0 : all[(all.count - 1) - (all.count - 1) / 200]
            guard greatest > least else {
                low = (all.first ?? 0.5) - 0.5
                return
            }
            let sorted = (samples.max { $0.count < $1.count } ?? all).filter(\.isFinite).sorted()
            let quartiles = sorted.isEmpty ? 0 : sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
            let ideal = 2 * quartiles / cbrt(Double(max(sorted.count, 1)))
            let wanted = ideal > 0 ? (greatest - least) / ideal : 30
            count = Int(min(max(wanted.rounded(.up), 12), 60))
            (low, width) = (least, (greatest - least) / Double(count))
        }

        /// The share of the values in each bin.
        func shares(_ values: [Double]) -> [Double] {
            var counts = [Int](repeating: 0, count: count)
            var all = 0
            for value in values where value.isFinite && abs(value) < 1e290 {
                // What lies beyond the bins is in the outermost ones.
                counts[Int(min(max((value - low) / width, 0), Double(count - 1)))] += 1
                all += 1
            }
            return counts.map { all == 0 ? 0 : Double($0) / Double(all) }
        }
    }

    private var bins: Bins { Bins(panels.flatMap(\.scores)) }

    package var finding: String {
        let sentences = panels.compactMap { panel -> String? in
            let medians = panel.scores.compactMap { scores -> Double? in
                let sorted = scores.filter(\.isFinite).sorted()
                return sorted.isEmpty ? nil : sorted[sorted.count / 2]
            }
            guard medians.count == datasets.count else { return nil }
            let named = zip(datasets, medians).map { "\(NumberText.short($1)) for \($0)" }
            return "\(panel.title): the median is \(named.joined(separator: ", "))"
        }
        return sentences.isEmpty ? "Nothing was measured." : sentences.joined(separator: "; ") + "."
    }

    package var caption: String {
        FigureText.caption(
            counts: panels.flatMap(\.scores).map(\.count),
            of: "histogram",
            "",
            "Bins are \(NumberText.short(bins.width)) wide, the outermost ones hold all that lies beyond.",
            notFinite: panels.flatMap { $0.scores.flatMap(\.self) }.count { !$0.isFinite }
        )
    }

    package var table: FigureTable {
        let bins = bins
        var rows: [[FigureTable.Cell]] = []
        for panel in panels {
            for (name, scores) in zip(datasets, panel.scores) {
                for (bin, share) in bins.shares(scores).enumerated() {
                    let low = bins.low + Double(bin) * bins.width
                    rows.append([
                        .text(panel.title), .text(name), .count(scores.count), .number(low), .number(low + bins.width),
                        .number(share),
                    ])
                }
            }
        }
        return FigureTable(columns: ["panel", "dataset", "n", "low", "high", "share"], rows: rows)
    }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let styles = Palette.styles(datasets.count)
        let bins = bins
        let shares = panels.map { $0.scores.map(bins.shares) }
        let y = Axis.linear(shares.flatMap { $0.flatMap(\.self) }, zero: true)
        let x = Axis.linear([bins.low, bins.low + bins.width * Double(bins.count)])
        let columns = min(max(panels.count, 1), details.width == .page ? 3 : 2)
        return Chart(
            title: details.title,
            panels: zip(panels, shares).map { panel, shares in
                Chart.Panel(
                    title: panel.title,
                    x: x,
                    y: y,
                    layers: zip(shares, styles).flatMap { layers($0, $1, bins) },
                    height: 80
                )
            },
            columns: columns,
            xName: measure,
            yName: "share of images",
            legend: zip(datasets, styles).map { Chart.LegendEntry(text: $0, style: $1, key: .line) },
            note: details.showsCaption ? caption : ""
        )
    }

    /// An outline with a light area, so that both histograms are seen where they overlap.
    private func layers(_ shares: [Double], _ style: SeriesStyle, _ bins: Bins) -> [Layer] {
        var outline: [DataPoint] = [DataPoint(x: bins.low, y: 0)]
        for (bin, share) in shares.enumerated() {
            let left = bins.low + Double(bin) * bins.width
            outline.append(DataPoint(x: left, y: share))
            outline.append(DataPoint(x: left + bins.width, y: share))
        }
        let end = bins.low + Double(bins.count) * bins.width
        outline.append(DataPoint(x: end, y: 0))
        let floor = [DataPoint(x: bins.low, y: 0), DataPoint(x: end, y: 0)]
        return [
            .area(lower: floor, upper: outline, Paint(fill: style.colour, fillOpacity: 0.3)),
            .line(outline, style.line),
        ]
    }
}
