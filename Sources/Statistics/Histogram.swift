// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How many values lie in each of some equally wide bins.
public struct Histogram: Hashable, Sendable {
    /// The limits of the bins, one more than there are bins.
    ///
    /// A value on a limit belongs to the bin above it; on the last one, to the last bin.
    public let edges: [Double]
    /// Number of values in each bin.
    public let counts: [Int]
    /// Number of values below the first and above the last edge.
    public let outside: Int
    /// Number of values that are NaN or infinite.
    public let nonFinite: Int

    /// Counts `values` as `numpy.histogram` does.
    ///
    /// - Parameters:
    ///   - values: in any order.
    ///   - bins: how many bins; by default by the rule of Freedman and Diaconis, at most 200.
    ///   - range: from the first to the last edge; by default from the least to the greatest value, ± ½ where they are
    ///     equal, and 0 to 1 without values.
    public init(_ values: [Double], bins: Int? = nil, range: ClosedRange<Double>? = nil) {
        let sample = Sample(values)
        let range = range ?? Self.range(of: sample)
        let bins = bins ?? Self.freedmanDiaconis(sample, range)
        precondition(bins > 0, "a histogram has bins")
        let width = (range.upperBound - range.lowerBound) / Double(bins)
        let edges = (0...bins).map { $0 == bins ? range.upperBound : range.lowerBound + Double($0) * width }
        var counts = [Int](repeating: 0, count: bins)
        var outside = 0
        for value in sample.sorted {
            guard range.contains(value) else {
                outside += 1
                continue
            }
            var bin = min(bins - 1, max(0, Int((value - range.lowerBound) / width)))
            // The quotient is rounded; the edges decide.
            while bin > 0, value < edges[bin] { bin -= 1 }
            while bin + 1 < bins, value >= edges[bin + 1] { bin += 1 }
            counts[bin] += 1
        }
        (self.edges, self.counts, self.outside, nonFinite) = (edges, counts, outside, sample.nonFiniteCount)
    }

    /// Share of the values of each bin over the bin's width: the bins' areas add up to 1.
    public var densities: [Double] {
        let total = Double(max(1, counts.reduce(0, +)))
        return counts.indices.map { Double(counts[$0]) / total / (edges[$0 + 1] - edges[$0]) }
    }

    private static func range(of sample: Sample) -> ClosedRange<Double> {
        guard let first = sample.sorted.first, let last = sample.sorted.last else { return 0...1 }
        return first < last ? first...last : first - 0.5...last + 0.5
    }

    /// Bins as wide as twice the distance of the quartiles over ∛n.
    private static func freedmanDiaconis(_ sample: Sample, _ range: ClosedRange<Double>) -> Int {
        guard let lower = sample.quantile(0.25), let upper = sample.quantile(0.75), upper > lower else { return 1 }
        let width = 2 * (upper - lower) / cbrt(Double(sample.sorted.count))
        let bins = ((range.upperBound - range.lowerBound) / width).rounded(.up)
        return Int(min(max(bins, 1), 200))
    }
}
