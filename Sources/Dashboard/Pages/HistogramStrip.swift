// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics

/// A distribution in one line of a table.
struct HistogramStrip {
    private static let (width, height, bins) = (120, 20, 40)

    /// The columns' heights, of which the tallest is 1.
    private let heights: [Double]
    private let range: ClosedRange<Double>
    /// Whether most values lie beyond the range.
    private let isBeyond: Bool

    /// The values of `histogram` over a range that the table's lines share.
    init(_ histogram: DyadicHistogram, over range: ClosedRange<Double>) {
        let columns = histogram.spread(over: range, bins: Self.bins)
        let tallest = columns.max() ?? 0
        heights = columns.map { tallest > 0 ? $0 / tallest : 0 }
        self.range = range
        isBeyond = columns.reduce(0, +) < Double(histogram.total) / 2
    }

    /// A drawing, which the figures beside it say in words.
    var html: HTML {
        guard !isBeyond else { return "<span class=\"off\">beyond the others</span>" }
        let (width, height) = (Double(Self.width), Double(Self.height))
        let step = width / Double(Self.bins)
        var path = "M0 \(Self.height)"
        for (position, value) in heights.enumerated() {
            let y = ChartText.number(height - value * (height - 1))
            path += "V\(y)H\(ChartText.number(Double(position + 1) * step))"
        }
        path += "V\(Self.height)Z"
        return """
            <svg class="strip" width="\(Self.width)" height="\(Self.height)" viewBox="0 0 \(Self.width) \(Self.height)" \
            role="img" aria-label="Distribution from \(HumanText.fixed(range.lowerBound, decimals: 2)) to \
            \(HumanText.fixed(range.upperBound, decimals: 2))"><path d="\(path)"/></svg>
            """
    }
}

/// Numbers in drawings.
enum ChartText {
    /// A coordinate with two decimals at most.
    static func number(_ value: Double) -> String {
        let text = HumanText.fixed(value, decimals: 2).replacing("−", with: "-")
        guard text.contains(".") else { return text }
        let digits = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(digits.reversed())
    }
}
