// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The area between a chart's axes: where numbers lie in it, and how it is drawn.
struct ChartPlot {
    let width = 860
    let height = 480
    let left = 72
    let top = 44
    let xRange: ClosedRange<Double>
    let yRange: ClosedRange<Double>

    var innerWidth: Int { width - left - 24 }
    var innerHeight: Int { height - top - 56 }
    private var bottom: Int { top + innerHeight }

    /// A line through the points of a series, broken where one is not finite.
    func line(_ series: LineChart.Series, colour: String) -> String {
        var path = ""
        var isBegun = false
        for point in series.points {
            guard point.isFinite else {
                isBegun = false
                continue
            }
            path += (isBegun ? "L" : "M") + "\(text(x(point.x))) \(text(y(point.y)))"
            isBegun = true
        }
        let marks = series.hasMarks ? series.points.filter(\.isFinite) : []
        let circles = marks.map {
            "<circle cx=\"\(text(x($0.x)))\" cy=\"\(text(y($0.y)))\" r=\"3\" fill=\"\(colour)\" stroke=\"none\"/>"
        }
        return (["<path d=\"\(path)\" stroke=\"\(colour)\"/>"] + circles).joined(separator: "\n")
    }

    /// Grid lines, numbers and names of both axes.
    func axes(xLabel: String, yLabel: String) -> String {
        let (columns, rows) = (AxisTicks(xRange, count: 7), AxisTicks(yRange, count: 6))
        let vertical = zip(columns.values, columns.labels).map { value, label in
            "<text x=\"\(text(x(value)))\" y=\"\(bottom + 20)\" text-anchor=\"middle\">\(label)</text>"
        }
        let horizontal = zip(rows.values, rows.labels).map { value, label in
            "<text x=\"\(left - 8)\" y=\"\(text(y(value) + 4))\" text-anchor=\"end\">\(label)</text>"
        }
        let grid =
            columns.values.map { "M\(text(x($0))) \(bottom)V\(top)" }
            + rows.values.map { "M\(left) \(text(y($0)))H\(left + innerWidth)" }
        let middle = (x: left + innerWidth / 2, y: top + innerHeight / 2)
        return """
            <path d="\(grid.joined())" stroke="#e4e4e4" fill="none"/>
            <path d="M\(left) \(top)V\(bottom)H\(left + innerWidth)" stroke="#888" fill="none"/>
            \((vertical + horizontal).joined(separator: "\n"))
            <text x="\(middle.x)" y="\(height - 12)" text-anchor="middle">\(xLabel)</text>
            <text transform="translate(20 \(middle.y)) rotate(-90)" text-anchor="middle">\(yLabel)</text>
            """
    }

    private func x(_ value: Double) -> Double {
        Double(left) + (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * Double(innerWidth)
    }

    /// Far beyond the range a line is cut anyway; what viewers make of huge coordinates differs.
    private func y(_ value: Double) -> Double {
        let part = (value - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound)
        return Double(bottom) - min(max(part, -10), 10) * Double(innerHeight)
    }

    /// A tenth of a pixel is as exact as a line can be seen.
    private func text(_ value: Double) -> String { String(format: "%.1f", value) }
}
