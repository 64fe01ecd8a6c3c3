// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What every chart is before it has a size: panels with axes, layers of marks in the axes' own numbers, a legend.
struct Chart: Hashable {
    /// Above everything; nil for none.
    var title: String?
    /// Read from left to right and from the top down; those of one column have one width.
    var panels: [Panel]
    /// Panels beside one another.
    var columns = 1
    /// What the horizontal axes measure; said once.
    var xName: String
    /// What the vertical axes measure; said once.
    var yName: String
    /// Whether all panels have the same horizontal axis, which then is labelled in the lowest ones only.
    var sharesX = true
    /// Whether all panels have the same vertical axis, which then is labelled in the first column only.
    var sharesY = true
    /// What colours and symbols mean, in the order of drawing.
    var legend: [LegendEntry] = []
    /// What the colours of cells mean.
    var colourBar: ColourBar?
    /// Below everything.
    var note = ""

    /// Axes and what lies between them.
    struct Panel: Hashable {
        var title = ""
        var x: Axis
        var y: Axis
        /// The first below the others.
        var layers: [Layer]
        /// The height of the space between the axes, in points, where there is room for it.
        var height: Double
        /// Names at the right end of lines.
        var endLabels: [EndLabel] = []
    }

    /// A name at the right of a panel.
    struct EndLabel: Hashable {
        var text: String
        /// Where the line ends that is named, in numbers of the vertical axis.
        var y: Double
        var style: SeriesStyle
        /// Whether a symbol or a piece of line stands before the name.
        var key = LegendEntry.Key.line
    }

    /// A line of the legend.
    struct LegendEntry: Hashable {
        enum Key: Hashable {
            case area, point, line, lineAndPoint
        }

        var text: String
        var style: SeriesStyle
        var key: Key
    }
}

/// A horizontal or vertical axis.
struct Axis: Hashable {
    enum Scale: Hashable {
        case linear(ClosedRange<Double>)
        /// A range above zero.
        case logarithmic(ClosedRange<Double>)
        /// Number i of the categories lies at i; the first is leftmost or topmost.
        case categories([String])
    }

    var scale: Scale
    /// Whether its numbers are marked; an axis without marks has no line either.
    var isMarked = true

    /// The range of numbers between the ends.
    var range: ClosedRange<Double> {
        switch scale {
        case .linear(let range), .logarithmic(let range): range
        case .categories(let names): -0.5...max(Double(names.count), 1) - 0.5
        }
    }

    /// Where a number lies, as the part of the way from the axis's beginning; nil for what cannot be drawn.
    func part(_ value: Double) -> Double? {
        guard value.isFinite, abs(value) < Self.greatest else { return nil }
        let range = range
        if case .logarithmic = scale {
            guard value > 0 else { return nil }
            return log10(value / range.lowerBound) / log10(range.upperBound / range.lowerBound)
        }
        return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }

    /// Larger numbers cannot be subtracted from one another.
    private static let greatest = 1e290

    /// An axis for `values`, from one round number to another.
    ///
    /// - Parameters:
    ///   - values: What it must show; what is not finite is left out.
    ///   - zero: Whether 0 is on it in any case.
    /// - Returns: The axis.
    static func linear(_ values: some Sequence<Double>, zero: Bool = false) -> Axis {
        let drawable = values.filter { $0.isFinite && abs($0) < greatest } + (zero ? [0] : [])
        guard let least = drawable.min(), let greatest = drawable.max() else { return Axis(scale: .linear(0...1)) }
        if zero, least == 0, greatest == 0 { return Axis(scale: .linear(0...1)) }
        let range = widened(least, greatest)
        let ticks = AxisTicks(range, count: 5).values
        let (low, high) = (min(range.lowerBound, ticks.first ?? 0), max(range.upperBound, ticks.last ?? 1))
        return Axis(scale: .linear((zero && least >= 0 ? 0 : low)...(zero && greatest <= 0 ? 0 : high)))
    }

    /// An axis for `values` above zero, with some air at both ends.
    static func logarithmic(_ values: some Sequence<Double>) -> Axis {
        let drawable = values.filter { $0.isFinite && $0 > 1e-290 && $0 < greatest }
        guard let least = drawable.min(), let greatest = drawable.max() else {
            return Axis(scale: .logarithmic(1...10))
        }
        guard greatest > least * 1.0001 else { return Axis(scale: .logarithmic(least / 3...greatest * 3)) }
        let air = pow(greatest / least, 0.04)
        return Axis(scale: .logarithmic(least / air...greatest * air))
    }

    /// A range that has an extent, which numbers of this size can tell.
    private static func widened(_ least: Double, _ greatest: Double) -> ClosedRange<Double> {
        let size = max(abs(least), abs(greatest))
        guard greatest - least <= max(size * 1e-10, 1e-280) else { return least...greatest }
        let air = size < 1e-270 ? 0.5 : size * 0.1
        return least - air...greatest + air
    }
}

/// A place in a panel, in numbers of its axes.
struct DataPoint: Hashable {
    var x: Double
    var y: Double
}

/// Marks of one kind in a panel, in numbers of its axes.
enum Layer: Hashable {
    /// A bar; `inset` points are left free at each side of it along the horizontal axis.
    case bar(x: ClosedRange<Double>, y: ClosedRange<Double>, Paint, inset: Double = 0)
    /// An interval with caps: from `low` to `high` along an axis, at `at` of the other one.
    case interval(low: Double, high: Double, at: Double, isVertical: Bool, Paint, cap: Double = 1.6)
    case points([DataPoint], SeriesStyle, radius: Double = 1.7)
    /// A line, broken where a point cannot be drawn; as steps, each value holds until the next one.
    case line([DataPoint], Paint, isStepped: Bool = false)
    /// What lies between two lines.
    case area(lower: [DataPoint], upper: [DataPoint], Paint, isStepped: Bool = false)
    /// A strip over the whole panel.
    case strip(ClosedRange<Double>, isVertical: Bool, Paint)
    /// A line over the whole panel.
    case rule(Double, isVertical: Bool, Paint)
    /// A cell of a table of categories; its number is written where 5 points fit.
    case cell(column: Int, row: Int, fill: String, text: String, isMarked: Bool = false)
}
