// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a transformation does to the images of a cell: everything that is said about paired differences dᵢ but the
/// intervals that resample images, which ``StratifiedBootstrap`` makes.
///
/// Differences that are not finite are counted and left out of all other figures. A figure that the data cannot give
/// (a standard deviation of one value, dz of equal values) is nil, never NaN.
public struct PairedEffect: Hashable, Sendable {
    /// Number of finite differences.
    public let count: Int
    /// Number of finite differences that are exactly 0.
    public let zeros: Int
    /// Number of differences that are NaN or infinite.
    public let nonFinite: Int
    /// Number of differences above 0.
    public let raised: Int
    /// Arithmetic mean.
    public let mean: Double?
    /// The 0.5-quantile of type 7.
    public let median: Double?
    /// Sample standard deviation, with count − 1 in the denominator.
    public let standardDeviation: Double?
    /// Hodges and Lehmann's estimate, ``Sample/hodgesLehmann``.
    public let hodgesLehmann: Double?
    /// Matched rank-biserial correlation (W⁺ − W⁻)/(W⁺ + W⁻), from −1 to 1; nil where all differences are 0.
    public let rankBiserial: Double?
    /// Wilcoxon's two-sided test, differences of 0 left out.
    public let wilcoxon: WilcoxonTest
    /// Wilcoxon's two-sided test, differences of 0 ranked as Pratt does.
    public let wilcoxonPratt: WilcoxonTest

    /// The effect that `differences` show, in any order.
    ///
    /// - Complexity: O(n log n).
    public init(differences: [Double]) {
        self.init(Sample(differences))
    }

    /// The effect that sorted differences show.
    public init(_ sample: Sample) {
        let sorted = sample.sorted
        let ranks = SignedRanks(sorted: sorted)
        count = sorted.count
        zeros = ranks.zeros
        nonFinite = sample.nonFiniteCount
        raised = ranks.positives
        mean = sample.mean
        median = sample.quantile(0.5)
        standardDeviation = sample.standardDeviation
        hodgesLehmann = sample.hodgesLehmann
        let total = ranks.positiveSum + ranks.negativeSum
        rankBiserial = total > 0 ? (ranks.positiveSum - ranks.negativeSum) / total : nil
        wilcoxon = WilcoxonTest(ranks, sorted: sorted, zeros: .drop)
        wilcoxonPratt = WilcoxonTest(ranks, sorted: sorted, zeros: .pratt)
    }

    /// Standard error of the mean as if the images were drawn without regard to class.
    public var standardError: Double? { standardDeviation.map { $0 / Double(count).squareRoot() } }

    /// Cohen's dz, mean / standard deviation; nil where the differences do not vary.
    public var dz: Double? {
        guard let mean, let standardDeviation, standardDeviation > 0 else { return nil }
        return mean / standardDeviation
    }

    /// Share of the finite differences that are above 0; a difference of 0 is not.
    public var raisedShare: Double? { Proportion(successes: raised, trials: count)?.share }

    /// Wilson's 95 % interval of ``raisedShare``.
    public var raisedInterval: Interval? { Proportion(successes: raised, trials: count)?.wilson() }
}
