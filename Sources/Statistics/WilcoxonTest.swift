// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Wilcoxon's signed-rank test that paired differences lie symmetrically around 0.
///
/// Conventions and results are those of `scipy.stats.wilcoxon`. The p-value is kept as its logarithm, which does not
/// underflow: at 10,000 images that all rise it is near −1,600.
public struct WilcoxonTest: Hashable, Sendable {
    /// What becomes of differences that are exactly 0.
    public enum ZeroRule: Hashable, Sendable {
        /// They are left out before ranking (Wilcoxon; `zero_method="wilcox"`).
        case drop
        /// They are ranked, and their ranks left out (Pratt 1959, Cureton 1967; `"pratt"`).
        case pratt
        /// They are ranked, and half of their ranks goes to either sign (`"zsplit"`).
        case split
    }

    /// Which differences speak against the hypothesis.
    public enum Alternative: Hashable, Sendable {
        /// Those of either sign.
        case twoSided
        /// Those below 0.
        case less
        /// Those above 0.
        case greater
    }

    /// How the p-value is made.
    public enum Method: Hashable, Sendable {
        /// Exact for at most 50 differences without ties and zeros and for at most 13 with them; else normal.
        case automatic
        /// The distribution over all signs of these ranks, ties and all; work grows with the cube of the count.
        case exact
        /// The normal approximation with the variance corrected for ties.
        case normal
    }

    /// Sum of the ranks of the differences above 0.
    public let positiveRankSum: Double
    /// Sum of the ranks of the differences below 0.
    public let negativeRankSum: Double
    /// The smaller of both sums for the two-sided test, the positive one for the others.
    public let statistic: Double
    /// log₁₀ of the p-value; 0 without differences other than 0.
    public let log10P: Double
    /// Whether the p-value is exact.
    public let isExact: Bool

    /// Tests `differences`; those that are not finite are left out.
    ///
    /// - Parameters:
    ///   - differences: the paired differences, in any order.
    ///   - zeros: what becomes of differences of 0; they are dropped by default.
    ///   - alternative: both signs by default.
    ///   - method: how the p-value is made.
    ///   - continuity: whether the normal approximation moves the sum by ½ towards its mean; off by default.
    public init(
        _ differences: [Double],
        zeros: ZeroRule = .drop,
        alternative: Alternative = .twoSided,
        method: Method = .automatic,
        continuity: Bool = false
    ) {
        let sorted = Sample(differences).sorted
        self.init(
            SignedRanks(sorted: sorted),
            sorted: sorted,
            zeros: zeros,
            alternative: alternative,
            method: method,
            continuity: continuity
        )
    }

    /// The test of differences whose ranks are known already.
    init(
        _ ranks: SignedRanks,
        sorted: [Double],
        zeros: ZeroRule,
        alternative: Alternative = .twoSided,
        method: Method = .automatic,
        continuity: Bool = false
    ) {
        // Zeros have the lowest ranks: where they are ranked, every other difference moves up by their number.
        let zeroCount = Double(ranks.zeros)
        let shift = zeros == .drop ? 0 : zeroCount
        let split = zeros == .split ? zeroCount * (zeroCount + 1) / 4 : 0
        positiveRankSum = ranks.positiveSum + shift * Double(ranks.positives) + split
        negativeRankSum = ranks.negativeSum + shift * Double(ranks.negatives) + split
        statistic = alternative == .twoSided ? min(positiveRankSum, negativeRankSum) : positiveRankSum
        let ranked = ranks.positives + ranks.negatives
        isExact = ranked > 0 && Self.isExact(method, ranks)
        let tails: (lower: Double, upper: Double)
        if ranked == 0 {
            tails = (0, 0)
        } else if isExact {
            let doubled = SignedRanks.doubledRanks(sorted: sorted).map { $0 + 2 * Int(shift) }
            tails = RankSumDistribution(doubledRanks: doubled).logTails(at: positiveRankSum - split)
        } else {
            let moments = Self.moments(ranks, zeros)
            let deviation = positiveRankSum - moments.mean
            tails = Self.normalTails(deviation, moments.standardDeviation, alternative, continuity)
        }
        log10P = Self.log10P(tails, alternative)
    }

    private static func isExact(_ method: Method, _ ranks: SignedRanks) -> Bool {
        switch method {
        case .exact: true
        case .normal: false
        case .automatic:
            ranks.positives + ranks.negatives + ranks.zeros <= (ranks.tieTerm == 0 && ranks.zeros == 0 ? 50 : 13)
        }
    }

    /// Mean and standard deviation of the positive rank sum if both signs are equally likely.
    private static func moments(_ ranks: SignedRanks, _ rule: ZeroRule) -> (mean: Double, standardDeviation: Double) {
        func cubic(_ n: Double) -> Double { n * (n + 1) * (2 * n + 1) }
        let zeros = Double(ranks.zeros)
        let count = Double(ranks.positives + ranks.negatives) + (rule == .drop ? 0 : zeros)
        var (mean, variance) = (count * (count + 1) / 4, cubic(count) - ranks.tieTerm / 2)
        switch rule {
        case .drop: break
        case .pratt:
            mean -= zeros * (zeros + 1) / 4
            variance -= cubic(zeros)
        case .split: variance -= (zeros * zeros * zeros - zeros) / 2
        }
        return (mean, (variance / 24).squareRoot())
    }

    private static func normalTails(
        _ deviation: Double,
        _ standardDeviation: Double,
        _ alternative: Alternative,
        _ continuity: Bool
    ) -> (lower: Double, upper: Double) {
        let sign: Double =
            switch alternative {
            case .greater: 1
            case .less: -1
            case .twoSided: deviation > 0 ? 1 : deviation < 0 ? -1 : 0
            }
        let z = (deviation - (continuity ? sign / 2 : 0)) / standardDeviation
        return (NormalDistribution.logUpperTail(-z), NormalDistribution.logUpperTail(z))
    }

    private static func log10P(_ tails: (lower: Double, upper: Double), _ alternative: Alternative) -> Double {
        let natural =
            switch alternative {
            case .less: tails.lower
            case .greater: tails.upper
            case .twoSided: min(0, min(tails.lower, tails.upper) + log(2))
            }
        return natural / log(10)
    }
}
