// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Colours for numbers: white in the middle, blue below and vermillion above, as far down as up.
struct DivergingScale: Hashable {
    /// White.
    let middle: Double
    /// From the middle to the full colours; above zero.
    let reach: Double

    init(middle: Double = 0, reach: Double) {
        self.middle = middle
        self.reach = reach > 0 && reach.isFinite ? reach : 1
    }

    /// A scale for `values` around zero: the largest of them has its full colour.
    init(around values: some Sequence<Double>) {
        self.init(reach: values.filter(\.isFinite).map(abs).max() ?? 1)
    }

    /// The colour of a number; grey for what is none.
    func colour(_ value: Double) -> String {
        guard value.isFinite else { return "#8c8c8c" }
        let part = min(max((value - middle) / reach, -1), 1)
        return Palette.mixed("#ffffff", part < 0 ? Palette.blue : Palette.vermillion, abs(part))
    }

    /// The colours from the lowest to the highest number.
    var bar: [String] { (-8...8).map { colour(middle + Double($0) / 8 * reach) } }
}

/// Colours for numbers from zero upwards: from white to black, so that print keeps them.
struct SequentialScale: Hashable {
    /// Black.
    let most: Double

    init(upTo values: some Sequence<Double>) {
        let greatest = values.filter(\.isFinite).max() ?? 1
        most = greatest > 0 ? greatest : 1
    }

    /// The grey of a number; what is none is vermillion.
    func colour(_ value: Double) -> String {
        guard value.isFinite else { return Palette.vermillion }
        return Palette.mixed("#ffffff", Palette.black, min(max(value / most, 0), 1))
    }

    /// The colours from zero to the highest number.
    var bar: [String] { (0...16).map { colour(Double($0) / 16 * most) } }
}

/// What the colours of a figure mean: a bar with a number at each end.
struct ColourBar: Hashable {
    var name: String
    var colours: [String]
    var low: String
    var high: String

    private static let metrics = TextMetrics(size: 6)
    private static let gap = 3.0
    private static let barWidth = 70.0

    /// Height of the bar and the air below it.
    static let height = 11.0

    /// How wide the bar is with its numbers, and without its name.
    private var keyWidth: Double {
        Self.metrics.width(low) + Self.metrics.width(high) + Self.barWidth + 2 * Self.gap
    }

    /// The bar with its top left corner at `origin`, no wider than `width`.
    func marks(at origin: PagePoint, width: Double) -> [PageMark] {
        let metrics = Self.metrics
        let baseline = origin.y + 3.6 + metrics.centring
        let name = metrics.shortened(name, to: max(10, width - keyWidth - 2 * Self.gap))
        func text(_ text: String, _ x: Double) -> PageMark {
            .text(PageText(text: text, at: PagePoint(x, baseline), size: 6))
        }
        var x = origin.x
        var marks = [text(name, x)]
        x += metrics.width(name) + 2 * Self.gap
        marks.append(text(low, x))
        x += metrics.width(low) + Self.gap
        let step = Self.barWidth / Double(colours.count)
        for (position, colour) in colours.enumerated() {
            let left = x + Double(position) * step
            // A little wider than its place: viewers leave hairlines between neighbours.
            let right = position + 1 < colours.count ? left + step + 0.2 : left + step
            let box = PageRectangle(left: left, top: origin.y + 0.6, right: right, bottom: origin.y + 6.6)
            marks.append(.rectangle(box, Paint(fill: colour)))
        }
        let frame = PageRectangle(left: x, top: origin.y + 0.6, right: x + Self.barWidth, bottom: origin.y + 6.6)
        marks.append(.rectangle(frame, Paint(stroke: Palette.outline, strokeWidth: 0.4)))
        return marks + [text(high, x + Self.barWidth + Self.gap)]
    }
}
