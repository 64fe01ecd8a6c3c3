// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Quantiles of a stream of positive numbers, to 10 %, in bounded memory: a histogram with logarithmic bins.
///
/// The same numbers give the same answer in any process. When 4096 numbers are counted all counts are halved, so that
/// old ones fade. P² would need less memory and tell less: its markers drift when the distribution changes.
struct QuantileSketch: Sendable {
    private static let binsPerOctave = 4.0
    /// Numbers below 2^-40 (a picosecond, in seconds) are in the first bin, those above 2^24 in the last.
    private static let leastExponent = -40.0
    private static let bins = 256
    private static let mostCounted = 4096

    private var counts: [UInt16] = []
    private(set) var counted = 0

    mutating func add(_ value: Double) {
        if counts.isEmpty { counts = Array(repeating: 0, count: QuantileSketch.bins) }
        counts[QuantileSketch.bin(of: value)] += 1
        counted += 1
        if counted >= QuantileSketch.mostCounted { fade() }
    }

    /// The number that a share `fraction` of the counted ones does not exceed; nil when there are none.
    ///
    /// - Complexity: O(1): 256 bins.
    func quantile(_ fraction: Double) -> Double? {
        guard counted > 0 else { return nil }
        let rank = max(1, Int((fraction * Double(counted)).rounded(.up)))
        var passed = 0
        for bin in counts.indices {
            passed += Int(counts[bin])
            if passed >= rank { return QuantileSketch.centre(of: bin) }
        }
        return nil
    }

    private mutating func fade() {
        counted = 0
        for bin in counts.indices {
            counts[bin] /= 2
            counted += Int(counts[bin])
        }
    }

    private static func bin(of value: Double) -> Int {
        guard value > 0, value.isFinite else { return value > 0 ? bins - 1 : 0 }
        // The exponent and two bits of the significand: linear within an octave, and no logarithm on the hot path.
        let quarter = ((value.significand - 1) * binsPerOctave).rounded(.down)
        let bin = (Double(value.exponent) - leastExponent) * binsPerOctave + quarter
        return Int(min(max(bin, 0), Double(bins - 1)))
    }

    private static func centre(of bin: Int) -> Double {
        let (octave, quarter) = bin.quotientAndRemainder(dividingBy: Int(binsPerOctave))
        let significand = 1 + (Double(quarter) + 0.5) / binsPerOctave
        return Double(sign: .plus, exponent: octave + Int(leastExponent), significand: significand)
    }
}
