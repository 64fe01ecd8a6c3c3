// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Location, spread and quantiles of a set of numbers.
///
/// Values that are not finite are counted apart and take no part in the other figures; none is dropped in silence.
/// Equal multisets of values give bit-identical summaries, whatever their order: the values are sorted before they
/// are added up. Sums are compensated, in `Double`.
public struct Summary: Hashable, Sendable {
    /// Number of finite values.
    public var count: Int
    /// Number of values that are NaN or infinite.
    public var nonFiniteCount: Int
    /// Arithmetic mean; nil without finite values.
    public var mean: Double?
    /// Sample standard deviation, with count − 1 in the denominator; nil for fewer than two finite values.
    public var standardDeviation: Double?
    /// Smallest finite value; nil without one.
    public var minimum: Double?
    /// The 0.25-quantile; nil without finite values.
    public var lowerQuartile: Double?
    /// The 0.5-quantile; nil without finite values.
    public var median: Double?
    /// The 0.75-quantile; nil without finite values.
    public var upperQuartile: Double?
    /// Greatest finite value; nil without one.
    public var maximum: Double?

    /// Number of values, finite or not.
    public var totalCount: Int { count + nonFiniteCount }

    /// A summary that was made elsewhere; figures that are not given do not exist.
    public init(
        count: Int,
        nonFiniteCount: Int = 0,
        mean: Double? = nil,
        standardDeviation: Double? = nil,
        minimum: Double? = nil,
        lowerQuartile: Double? = nil,
        median: Double? = nil,
        upperQuartile: Double? = nil,
        maximum: Double? = nil
    ) {
        self.count = count
        self.nonFiniteCount = nonFiniteCount
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.minimum = minimum
        self.lowerQuartile = lowerQuartile
        self.median = median
        self.upperQuartile = upperQuartile
        self.maximum = maximum
    }

    /// The summary of `values`.
    ///
    /// - Complexity: O(n log n).
    public init<Value: BinaryFloatingPoint>(_ values: some Sequence<Value>) {
        self.init(Sample(values))
    }

    /// The summary of values that are sorted already.
    ///
    /// - Complexity: O(n).
    public init(_ sample: Sample) {
        count = sample.sorted.count
        nonFiniteCount = sample.nonFiniteCount
        mean = sample.mean
        standardDeviation = sample.standardDeviation
        minimum = sample.sorted.first
        lowerQuartile = sample.quantile(0.25)
        median = sample.quantile(0.5)
        upperQuartile = sample.quantile(0.75)
        maximum = sample.sorted.last
    }
}
