// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A chart of lines over a common axis, as SVG.
///
/// Equal charts give equal texts. The text needs no font but the viewer's own and no script.
public struct LineChart: Hashable, Sendable {
    /// One line.
    public struct Series: Hashable, Sendable {
        /// What the legend calls it.
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

    /// What stands above the chart.
    public var title: String
    /// What the horizontal axis measures.
    public var xLabel: String
    /// What the vertical axis measures.
    public var yLabel: String
    /// The lines, the first below the others.
    public var series: [Series]
    /// The part of the vertical axis that is shown, lines beyond it being cut off; nil for all of it.
    public var yRange: ClosedRange<Double>?

    /// A chart of everything that is finite in `series` unless `yRange` says otherwise.
    public init(
        title: String,
        xLabel: String,
        yLabel: String,
        series: [Series],
        yRange: ClosedRange<Double>? = nil
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
        self.yRange = yRange
    }

    /// The chart as the text of an SVG file.
    public var svg: String {
        let plot = ChartPlot(xRange: xRange, yRange: shownRange)
        let lines = series.enumerated().map { plot.line($1, colour: Self.colours[$0 % Self.colours.count]) }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(plot.width) \(plot.height)" \
            width="\(plot.width)" height="\(plot.height)" font-family="system-ui, sans-serif" font-size="13" fill="#333">
            <rect width="100%" height="100%" fill="#fff"/>
            <text x="\(plot.left)" y="26" font-size="16" font-weight="600">\(Self.escaped(title))</text>
            \(plot.axes(xLabel: Self.escaped(xLabel), yLabel: Self.escaped(yLabel)))
            <clipPath id="plot"><rect x="\(plot.left)" y="\(plot.top)" width="\(plot.innerWidth)" \
            height="\(plot.innerHeight)"/></clipPath>
            <g clip-path="url(#plot)" fill="none" stroke-width="2" stroke-linejoin="round">
            \(lines.joined(separator: "\n"))
            </g>
            \(legend(plot))
            </svg>

            """
    }

    /// Dark enough for white paper, and apart for eyes that do not tell red from green (Okabe and Ito, 2008).
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]

    private var finitePoints: [Point] { series.flatMap(\.points).filter(\.isFinite) }

    private var xRange: ClosedRange<Double> { Self.range(finitePoints.map(\.x), margin: 0) }

    private var shownRange: ClosedRange<Double> { yRange ?? Self.range(finitePoints.map(\.y), margin: 0.05) }

    private static func range(_ values: [Double], margin: Double) -> ClosedRange<Double> {
        guard let least = values.min(), let greatest = values.max() else { return 0...1 }
        guard least < greatest else { return least - 0.5...greatest + 0.5 }
        let space = (greatest - least) * margin
        return least - space...greatest + space
    }

    private func legend(_ plot: ChartPlot) -> String {
        series.enumerated().map { index, series in
            let y = plot.top + 14 + 20 * index
            let x = plot.left + plot.innerWidth - 150
            return """
                <path d="M\(x) \(y)h22" stroke="\(Self.colours[index % Self.colours.count])" stroke-width="3"/>\
                <text x="\(x + 30)" y="\(y + 4)">\(Self.escaped(series.name))</text>
                """
        }.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
