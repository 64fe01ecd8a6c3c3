// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics

/// The scale that the distributions of all of a model's cells are drawn on.
///
/// A single image may need a billion bits where a change breaks its model: on a scale from the least to the greatest value
/// everything else would be one column. So the scale spans the boxes of the cells, from 1.5 interquartile ranges below the
/// lower quartile to as much above the upper one (Tukey's fences) and no further than the values go; and of the cells those
/// whose medians lie within ten times the spread of most cells' medians. What lies beyond is drawn in the last column.
struct ModelScale: Sendable {
    private static let farthest = 10.0
    /// Cells that are looked at; further ones change little.
    private static let limit = 4096

    private struct Box {
        let low: Double
        let median: Double
        let high: Double
    }

    private var boxes: [Int: Box] = [:]
    /// Whether the values are 0 and 1, of which the scale is known.
    private var isShare = false
    private(set) var range: ClosedRange<Double>?
    /// The greatest value that was seen, and the least.
    private(set) var extremes: ClosedRange<Double>?

    mutating func add(_ cell: SummarisedCell) {
        guard let all = cell.summary?.all.summary, let least = all.minimum, let most = all.maximum,
            let lower = all.lowerQuartile, let median = all.median, let upper = all.upperQuartile,
            boxes.count < Self.limit || boxes[cell.ordinal] != nil
        else { return }
        if cell.summary?.measure == .correct { isShare = true }
        let reach = 1.5 * (upper - lower)
        boxes[cell.ordinal] = Box(low: max(least, lower - reach), median: median, high: min(most, upper + reach))
        widen(least...most)
    }

    mutating func widen(_ other: ClosedRange<Double>) {
        let known = extremes ?? other
        extremes = min(known.lowerBound, other.lowerBound)...max(known.upperBound, other.upperBound)
    }

    /// Finds the range for the cells that were added.
    mutating func settle() {
        if isShare { range = 0...1 }
        guard !boxes.isEmpty, !isShare else { return }
        let medians = Sample(boxes.values.map(\.median))
        let widths = Sample(boxes.values.map { $0.high - $0.low })
        guard let middle = medians.quantile(0.5), let low = medians.quantile(0.25), let high = medians.quantile(0.75),
            let width = widths.quantile(0.5)
        else { return }
        let reach = Self.farthest * max(high - low, width)
        let usual = boxes.values.filter { abs($0.median - middle) <= reach }
        guard let bottom = usual.map(\.low).min(), let top = usual.map(\.high).max(), bottom <= top else { return }
        // Cells that are alike in everything still need a scale of some width.
        range = bottom < top ? bottom...top : (bottom - 0.5)...(top + 0.5)
    }
}
