// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics

/// A distribution in one line of characters: the greater a share, the higher its block.
enum Sparkline {
    /// The distribution of a group over `range`, in `width` characters; blank without values.
    ///
    /// Heights are eighths of the highest block's; what is not empty has at least one. What lies outside of the range is
    /// in the first or the last character.
    static func text(
        _ group: CellSummary.Group?,
        over range: ClosedRange<Double>,
        width: Int,
        _ signs: ScreenSigns
    ) -> String {
        guard width > 0 else { return "" }
        return text(group.map { columns($0, range, width) } ?? [], signs).padding(to: width)
    }

    /// A character for each number, the greatest of which is a whole block.
    static func text(_ numbers: [Double], _ signs: ScreenSigns) -> String {
        guard let greatest = numbers.max(), greatest > 0 else { return String(repeating: " ", count: numbers.count) }
        let steps = Double(signs.heights.count - 1)
        return String(
            numbers.map { signs.heights[$0 > 0 ? max(1, Int(($0 / greatest * steps).rounded())) : 0] }
        )
    }

    private static func columns(_ group: CellSummary.Group, _ range: ClosedRange<Double>, _ width: Int) -> [Double] {
        let step = (range.upperBound - range.lowerBound) / Double(width)
        // Far values make the bins of a histogram wide. The quartiles then say more about where the others lie.
        guard group.histogram.width > 2 * step, let pieces = quarters(group.summary) else {
            return spread(group.histogram, range, width)
        }
        return spread(pieces, range, width)
    }

    private static func spread(_ histogram: DyadicHistogram, _ range: ClosedRange<Double>, _ width: Int) -> [Double] {
        let bin = histogram.width
        let pieces = histogram.counts.enumerated().map { index, count in
            let low = Double(histogram.first + index) * bin
            return (low: low, high: low + bin, count: Double(count))
        }
        return spread(pieces, range, width)
    }

    /// The values as four equal parts between minimum, quartiles and maximum.
    private static func quarters(_ summary: Summary) -> [(low: Double, high: Double, count: Double)]? {
        let bounds = [summary.minimum, summary.lowerQuartile, summary.median, summary.upperQuartile, summary.maximum]
            .compactMap(\.self)
        guard bounds.count == 5 else { return nil }
        return zip(bounds, bounds.dropFirst()).map { ($0, $1, Double(summary.count) / 4) }
    }

    private static func spread(
        _ pieces: [(low: Double, high: Double, count: Double)],
        _ range: ClosedRange<Double>,
        _ width: Int
    ) -> [Double] {
        var columns = [Double](repeating: 0, count: width)
        let step = (range.upperBound - range.lowerBound) / Double(width)
        guard step > 0 else { return columns }
        for (low, high, count) in pieces where count > 0 {
            guard high > low else {
                columns[min(width - 1, max(0, Int(min(Double(width), max(0, (low - range.lowerBound) / step)))))] +=
                    count
                continue
            }
            columns[0] += count * max(0, min(high, range.lowerBound) - low) / (high - low)
            columns[width - 1] += count * max(0, high - max(low, range.upperBound)) / (high - low)
            for column in columns.indices {
                let left = max(low, range.lowerBound + Double(column) * step)
                let right = min(high, range.lowerBound + Double(column + 1) * step)
                if right > left { columns[column] += count * (right - left) / (high - low) }
            }
        }
        return columns
    }
}
