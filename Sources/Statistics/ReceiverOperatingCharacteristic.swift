// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How well a score tells positives from negatives: a greater score speaks for a positive.
///
/// For out-of-distribution detection the positives are the images from outside, the negatives those of the data set
/// that the model was trained on, and the score is bits per dimension or another figure that is greater outside. Both
/// orientations of everything that depends on one are given, under names that say which.
///
/// Only the order of the scores matters: they are compared in `Double` as they are, never squashed or binned. Scores
/// that are not finite are counted and left out.
public struct ReceiverOperatingCharacteristic: Sendable {
    /// Number of positives with a finite score.
    public let positives: Int
    /// Number of negatives with a finite score.
    public let negatives: Int
    /// Number of scores of either kind that are not finite.
    public let nonFinite: Int
    /// Area under the curve (AUROC): how often a positive has the greater score, ties counted half.
    public let area: Double
    /// Average precision where the outliers, the positives, are looked for: Σ (recall step) · precision.
    ///
    /// A step sum as in scikit-learn's `average_precision_score`, not the trapezoid area that some suites call AUPR.
    public let averagePrecisionOut: Double
    /// Average precision where the inliers, the negatives, are looked for among the lowest scores.
    public let averagePrecisionIn: Double
    /// "FPR at 95 % TPR" with outliers as positives.
    ///
    /// The share of inliers at or above the greatest score that at least 95 % of the outliers reach.
    public let falsePositiveRateOutlierPositive: Double
    /// "FPR at 95 % TPR" with inliers as positives.
    ///
    /// The share of outliers at or below the least score under or at which are at least 95 % of the inliers.
    public let falsePositiveRateInlierPositive: Double
    /// "FPR at 95 % TPR" as OpenOOD 1.0 computed it.
    ///
    /// Inliers are positives, the threshold is the ⌊0.95 n⌋-th lowest of their scores, and outliers below it, not at it,
    /// are counted. For comparison with tables of that time.
    public let falsePositiveRateOpenOOD1: Double

    let groups: ScoreGroups
    /// Each finite positive's share of negatives below it, ties half; not finite where its score is not.
    let positivePlacements: [Double]
    /// Each finite negative's share of positives above it, ties half; not finite where its score is not.
    let negativePlacements: [Double]

    /// Compares the scores of positives and negatives; nil where one of them has no finite score.
    ///
    /// - Complexity: O(n log n).
    public init?(positives: [Double], negatives: [Double]) {
        let groups = ScoreGroups(positives: positives, negatives: negatives)
        guard groups.positives > 0, groups.negatives > 0 else { return nil }
        self.groups = groups
        (self.positives, self.negatives) = (groups.positives, groups.negatives)
        nonFinite = positives.count + negatives.count - groups.items.count
        let (m, n) = (Double(groups.positives), Double(groups.negatives))
        var figures = RankingFigures(positives: m, negatives: n)
        var positivePlacements = [Double](repeating: .nan, count: positives.count)
        var negativePlacements = [Double](repeating: .nan, count: negatives.count)
        var (first, above, positivesAbove) = (0, 0.0, 0.0)
        for end in groups.ends {
            let group = groups.items[first..<end]
            let positive = Double(group.count { $0.isPositive })
            let negative = Double(group.count) - positive
            figures.add(positive: positive, negative: negative)
            for item in group {
                if item.isPositive {
                    positivePlacements[item.position] = (n - above - negative / 2) / n
                } else {
                    negativePlacements[item.position] = (positivesAbove + positive / 2) / m
                }
            }
            (first, above, positivesAbove) = (end, above + negative, positivesAbove + positive)
        }
        figures.finish()
        area = figures.area
        (averagePrecisionOut, averagePrecisionIn) = (figures.averagePrecision, figures.averagePrecisionOfNegatives)
        falsePositiveRateOutlierPositive = figures.falsePositiveRate
        falsePositiveRateInlierPositive = figures.falseNegativeRate
        (self.positivePlacements, self.negativePlacements) = (positivePlacements, negativePlacements)
        falsePositiveRateOpenOOD1 = Self.openOOD1(groups)
    }

    /// Mann and Whitney's U of the positives.
    public var mannWhitneyU: Double { area * Double(positives) * Double(negatives) }

    /// DeLong's variance of the area, for positives and negatives that are independent of each other.
    ///
    /// E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988), by midranks (X. Sun and W. Xu, IEEE
    /// Signal Processing Letters 21, 2014). nil for fewer than two positives or negatives.
    public var variance: Double? { PlacementCovariance(self, self)?.variance }

    /// The interval of the area on the scale of logits, which stays within 0 and 1.
    ///
    /// Not estimable at 0 and 1, where the variance is 0.
    public func interval(level: Double = 0.95) -> Interval { logitInterval(variance: variance, level: level) }

    /// The interval of the area on the scale of logits for a variance of another origin.
    func logitInterval(variance: Double?, level: Double) -> Interval {
        guard let variance, variance > 0, area > 0, area < 1 else { return .notEstimable(at: area, level: level) }
        let logit = log(area / (1 - area))
        let z = NormalDistribution.quantile(0.5 + level / 2)
        let half = z * variance.squareRoot() / (area * (1 - area))
        func expit(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
        return Interval(low: expit(logit - half), high: expit(logit + half), level: level)
    }

    /// The symmetric interval of the area, which may leave 0 … 1; for comparison with other programs.
    public func waldInterval(level: Double = 0.95) -> Interval {
        guard let variance, variance > 0 else { return .notEstimable(at: area, level: level) }
        let half = NormalDistribution.quantile(0.5 + level / 2) * variance.squareRoot()
        return Interval(low: area - half, high: area + half, level: level)
    }

    /// The standard error of the area of a score that tells nothing: placements are then uniform, of variance 1/12.
    public static func standardErrorAtChance(positives: Int, negatives: Int) -> Double {
        (1 / (12 * Double(positives)) + 1 / (12 * Double(negatives))).squareRoot()
    }

    private static func openOOD1(_ groups: ScoreGroups) -> Double {
        let inliers = groups.items.lazy.filter { !$0.isPositive }.map(\.score)
        let rank = Int(0.95 * Double(groups.negatives))
        // Descending: the rank-th lowest is so far from the end.
        let sorted = Array(inliers)
        let threshold = rank > 0 ? sorted[sorted.count - rank] : -.infinity
        return Double(groups.items.count { $0.isPositive && $0.score < threshold }) / Double(groups.positives)
    }
}
