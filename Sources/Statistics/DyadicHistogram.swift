// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How many finite values lie in each of a few bins whose width is a power of two.
///
/// Bin k holds the values v with k·w ≤ v < (k + 1)·w for w = 2^``exponent``, so that the bounds of a coarser histogram
/// are bounds of a finer one too: histograms of different cells are brought to one scale exactly, by adding whole bins.
public struct DyadicHistogram: Hashable, Sendable {
    /// The most bins that a histogram is made with.
    public static let mostBins = 32

    /// The bins' width is 2 to this power.
    public let exponent: Int
    /// k of the first bin.
    public let first: Int
    /// Number of values in each bin, of which neither the first nor the last is 0; empty without values.
    public let counts: [Int]

    /// A histogram that was read somewhere; nil where no histogram can be so.
    package init?(checking exponent: Int, first: Int, counts: [Int]) {
        guard (-1100...1100).contains(exponent), first.magnitude < 1 << 54, counts.count <= Self.mostBins else {
            return nil
        }
        guard counts.allSatisfy({ (0...1 << 48).contains($0) }) else { return nil }
        self.init(exponent: exponent, first: first, counts: counts)
    }

    private init(exponent: Int, first: Int, counts: [Int]) {
        self.exponent = exponent
        self.first = first
        self.counts = counts
    }

    /// Bins the values of `sample` as finely as ``mostBins`` allow.
    public init(_ sample: Sample) {
        guard let least = sample.sorted.first, let most = sample.sorted.last else {
            self.init(exponent: 0, first: 0, counts: [])
            return
        }
        let exponent = Self.exponent(from: least, to: most)
        let first = Self.bin(least, exponent)
        var counts = [Int](repeating: 0, count: Self.bin(most, exponent) - first + 1)
        // 2^-exponent is exact, and so is each product, but for values that are too small to matter.
        let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
        for value in sample.sorted { counts[Int((value * scale).rounded(.down)) - first] += 1 }
        self.init(exponent: exponent, first: first, counts: counts)
    }

    /// Width of a bin, in the unit of the values.
    public var width: Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    /// Number of values.
    public var total: Int { counts.reduce(0, +) }

    /// From the lower bound of the first bin to the upper bound of the last; nil without values.
    public var range: ClosedRange<Double>? {
        counts.isEmpty ? nil : Double(first) * width...Double(first + counts.count) * width
    }

    /// The same values in bins of the width 2^`exponent`, which is no smaller than this histogram's.
    public func coarsened(to exponent: Int) -> DyadicHistogram {
        precondition(exponent >= self.exponent, "bins of 2^\(self.exponent) cannot be cut to 2^\(exponent)")
        guard exponent > self.exponent, !counts.isEmpty else { return self }
        // Bin numbers are below 2^54: shifted further they are 0 or −1.
        let shift = min(exponent - self.exponent, 62)
        let start = first >> shift
        var coarse = [Int](repeating: 0, count: (first + counts.count - 1) >> shift - start + 1)
        for (position, count) in counts.enumerated() { coarse[(first + position) >> shift - start] += count }
        return DyadicHistogram(exponent: exponent, first: start, counts: coarse)
    }

    /// The histogram spread over `bins` equal bins from one end of `range` to the other, to be drawn beside others.
    ///
    /// A bin that straddles a bound is shared out by width. What lies outside of the range is left out.
    ///
    /// - Returns: `bins` numbers, whose sum is the number of values in the range.
    public func spread(over range: ClosedRange<Double>, bins: Int) -> [Double] {
        var columns = [Double](repeating: 0, count: bins)
        let step = (range.upperBound - range.lowerBound) / Double(bins)
        guard step > 0, step.isFinite else { return columns }
        for (position, count) in counts.enumerated() where count > 0 {
            let (low, high) = (Double(first + position) * width, Double(first + position + 1) * width)
            let start = max(0, min(Double(bins), (low - range.lowerBound) / step))
            let end = max(0, min(Double(bins), (high - range.lowerBound) / step))
            let share = Double(count) * step / (high - low)
            var place = start
            while place < end {
                let next = min(end, place.rounded(.down) + 1)
                columns[min(bins - 1, Int(place))] += share * (next - place)
                place = next
            }
        }
        return columns
    }

    /// The smallest width that takes few enough bins, and whose bins can be told apart at this distance from 0.
    private static func exponent(from least: Double, to most: Double) -> Int {
        let magnitude = max(least.magnitude, most.magnitude)
        // Float32 has 24 bits: finer bins would tell nothing.
        var exponent = magnitude > 0 ? Int(magnitude.exponent) - 20 : -20
        let span = most - least
        // Of finite doubles even the difference may overflow.
        if span > 0, span.isFinite { exponent = max(exponent, Int(span.exponent) - 5) }
        exponent = max(exponent, -1000)
        while bin(most, exponent) - bin(least, exponent) >= mostBins { exponent += 1 }
        return exponent
    }

    private static func bin(_ value: Double, _ exponent: Int) -> Int {
        Int((value * Double(sign: .plus, exponent: -exponent, significand: 1)).rounded(.down))
    }
}
