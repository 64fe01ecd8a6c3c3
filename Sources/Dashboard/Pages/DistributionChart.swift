// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics

/// How a cell's values are distributed, a line for each class: columns for the cell, an outline for the same images without
/// transformation, a mark at the median.
///
/// Where values lie orders of magnitude apart, as those of images that a model takes for impossible, columns of one width
/// would show one column: quartiles on a logarithmic axis are shown then.
///
/// Colours come from the stylesheet, so that the chart is dark where the page is. The table beside it says the same.
struct DistributionChart {
    /// One class, or all of them.
    struct Line {
        var name: String
        var group: CellSummary.Group
        /// The same images without transformation, where there is such a cell and it is not this one.
        var baseline: CellSummary.Group?
    }

    private static let (width, labels, step, bins) = (720.0, 76.0, 46.0, 96)
    private static let (top, bottom) = (6.0, 34.0)

    var title: String
    /// What the values are, with their unit.
    var axis: String
    var lines: [Line]

    /// Nothing where there are no finite values.
    var html: HTML {
        guard let range else { return "" }
        let axis = ChartAxis(range, isLogarithmic: isFarApart(range), from: Self.labels, to: Self.width - 12)
        let height = Self.top + Self.step * Double(lines.count) + Self.bottom
        let rows: [HTML] = lines.enumerated().map { position, line in
            let base = Self.top + Self.step * Double(position + 1)
            return
                "<g>\(frame(line, base))\(axis.isLogarithmic ? box(line, axis, base) : columns(line, axis, base))</g>\n"
        }
        return """
            <figure class="chart">
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" aria-labelledby="chart-title chart-text">
            <title id="chart-title">\(title)</title><desc id="chart-text">\(description)</desc>
            \(axis.html(top: Self.top, bottom: height - Self.bottom))\(rows)
            </svg>
            <figcaption>\(caption(axis))</figcaption>
            </figure>

            """
    }

    /// From the smallest value to the greatest, of both cells.
    private var range: ClosedRange<Double>? {
        let ranges = lines.flatMap { [$0.group.histogram.range, $0.baseline?.histogram.range] }.compactMap(\.self)
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max(), low < high else {
            return nil
        }
        return low...high
    }

    /// Whether half of some line's values would be in one column.
    private func isFarApart(_ range: ClosedRange<Double>) -> Bool {
        let least = lines.flatMap { [$0.group.summary.minimum, $0.baseline?.summary.minimum] }.compactMap(\.self).min()
        guard let least, least > 0 else { return false }
        return lines.contains { ($0.group.summary.upperQuartile ?? range.upperBound) * 50 < range.upperBound }
    }

    private func caption(_ axis: ChartAxis) -> HTML {
        guard !axis.isLogarithmic else {
            return "\(self.axis), on a logarithmic axis: least to greatest, quartiles, and a mark at the median."
        }
        let outline = lines.contains { $0.baseline != nil }
        let rest = outline ? " The outline is the same images without transformation." : ""
        return "\(self.axis). Each line has its own height; the mark is the median.\(rest)"
    }

    private var description: String {
        let medians = lines.compactMap { line in
            line.group.summary.median.map { "\(line.name) \(PageNumber.text($0, decimals: 3))" }
        }
        return "Medians: \(medians.joined(separator: ", ")). The table below has all figures."
    }

    private func frame(_ line: Line, _ base: Double) -> HTML {
        let (left, right) = (ChartText.number(Self.labels), ChartText.number(Self.width - 12))
        return """
            <text class="name" x="\(ChartText.number(Self.labels - 8))" y="\(ChartText.number(base - 4))" \
            text-anchor="end">\(line.name)</text>\
            <path class="base" d="M\(left) \(ChartText.number(base))H\(right)"/>
            """
    }

    private func columns(_ line: Line, _ axis: ChartAxis, _ base: Double) -> HTML {
        let columns = line.group.histogram.spread(over: axis.range, bins: Self.bins)
        let before = line.baseline?.histogram.spread(over: axis.range, bins: Self.bins)
        let tallest = max(columns.max() ?? 0, before?.max() ?? 0)
        let outline: HTML? = before.map { "<path class=\"before\" d=\"\(path($0, tallest, base, isClosed: false))\"/>" }
        return """
            <path class="columns" d="\(path(columns, tallest, base, isClosed: true))"/>\(outline)\(median(line, axis, base))
            """
    }

    private func box(_ line: Line, _ axis: ChartAxis, _ base: Double) -> HTML {
        let summary = line.group.summary
        guard let least = summary.minimum, let greatest = summary.maximum, let lower = summary.lowerQuartile,
            let upper = summary.upperQuartile
        else { return "" }
        let middle = ChartText.number(base - Self.step / 2 + 2)
        let (top, bottom) = (ChartText.number(base - Self.step + 14), ChartText.number(base - 10))
        let (left, right) = (ChartText.number(axis.place(lower)), ChartText.number(axis.place(upper)))
        return """
            <path class="span" d="M\(ChartText.number(axis.place(least))) \(middle)H\(ChartText.number(axis.place(greatest)))"/>\
            <path class="box" d="M\(left) \(bottom)V\(top)H\(right)V\(bottom)Z"/>\(median(line, axis, base))
            """
    }

    private func median(_ line: Line, _ axis: ChartAxis, _ base: Double) -> HTML {
        guard let median = line.group.summary.median else { return "" }
        let top = ChartText.number(base - Self.step + 8)
        let x = ChartText.number(axis.place(median))
        return "<path class=\"median\" d=\"M\(x) \(ChartText.number(base))V\(top)\"/>"
    }

    private func path(_ columns: [Double], _ tallest: Double, _ base: Double, isClosed: Bool) -> String {
        let step = (Self.width - 12 - Self.labels) / Double(Self.bins)
        let room = Self.step - 10
        var path = "M\(ChartText.number(Self.labels)) \(ChartText.number(base))"
        for (position, value) in columns.enumerated() {
            let y = base - (tallest > 0 ? value / tallest * room : 0)
            path += "V\(ChartText.number(y))H\(ChartText.number(Self.labels + Double(position + 1) * step))"
        }
        return path + "V\(ChartText.number(base))" + (isClosed ? "Z" : "")
    }
}
