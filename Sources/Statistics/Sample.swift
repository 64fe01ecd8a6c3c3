// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The finite values of a set of numbers in ascending order, and the number of the others.
public struct Sample: Hashable, Sendable {
    /// The finite values, ascending; negative zero counts as zero.
    public let sorted: [Double]
    /// Number of values that are NaN or infinite.
    public let nonFiniteCount: Int

    /// Sorts `values`.
    ///
    /// - Complexity: O(n log n).
    public init<Value: BinaryFloatingPoint>(_ values: some Sequence<Value>) {
        var finite: [Double] = []
        finite.reserveCapacity(values.underestimatedCount)
        var others = 0
        for value in values {
            let number = Double(value)
            // Adding zero turns −0 into 0: the two compare equal, so that their order after sorting would be open.
            if number.isFinite { finite.append(number + 0) } else { others += 1 }
        }
        finite.sort()
        sorted = finite
        nonFiniteCount = others
    }

    /// Arithmetic mean; nil without finite values.
    public var mean: Double? {
        sorted.isEmpty ? nil : CompensatedSum(sorted).value / Double(sorted.count)
    }

    /// Sample standard deviation, with count − 1 in the denominator; nil for fewer than two finite values.
    public var standardDeviation: Double? {
        guard sorted.count > 1, let mean else { return nil }
        // The mean of equal values may be off by a rounding, and nothing may look like spread.
        guard sorted.first != sorted.last else { return 0 }
        let squares = CompensatedSum(sorted.lazy.map { ($0 - mean) * ($0 - mean) })
        return (squares.value / Double(sorted.count - 1)).squareRoot()
    }

    /// The `probability`-quantile by linear interpolation between order statistics; nil without finite values.
    ///
    /// With n values it lies at position (n − 1)·probability of the sorted values, counted from 0: type 7 of Hyndman
    /// and Fan (1996), the default of R and NumPy.
    ///
    /// - Parameter probability: from 0 to 1.
    /// - Returns: the quantile, in the unit of the values.
    public func quantile(_ probability: Double) -> Double? {
        precondition((0...1).contains(probability), "a quantile's probability is in 0 ... 1, not \(probability)")
        guard let last = sorted.last else { return nil }
        let position = Double(sorted.count - 1) * probability
        let index = Int(position)
        guard index + 1 < sorted.count else { return last }
        let fraction = position - Double(index)
        // Not lower + f·(upper − lower): the difference of two finite values may overflow.
        return fraction == 0 ? sorted[index] : sorted[index] * (1 - fraction) + sorted[index + 1] * fraction
    }
}
