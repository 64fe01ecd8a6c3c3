// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A mean with its standard error, tested by Student's t.
public struct StudentTest: Hashable, Sendable {
    /// The mean.
    public let mean: Double
    /// Its standard error.
    public let standardError: Double
    /// Degrees of freedom of the standard error.
    public let degreesOfFreedom: Double

    /// A mean that was computed elsewhere.
    public init(mean: Double, standardError: Double, degreesOfFreedom: Double) {
        precondition(standardError > 0, "a standard error is above 0, not \(standardError)")
        self.mean = mean
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The mean of the finite ones of `values`; nil for fewer than two, and where they do not vary.
    public init?(_ values: [Double]) {
        let summary = Summary(values)
        guard let mean = summary.mean, let deviation = summary.standardDeviation, deviation > 0 else { return nil }
        self.init(
            mean: mean,
            standardError: deviation / Double(summary.count).squareRoot(),
            degreesOfFreedom: Double(summary.count - 1)
        )
    }

    /// The mean over its standard error.
    public var t: Double { mean / standardError }

    /// log₁₀ of the two-sided p-value of "the mean is 0".
    public var log10P: Double { min(0, (distribution.logUpperTail(abs(t)) + log(2)) / log(10)) }

    /// The interval of the mean.
    public func interval(level: Double = 0.95) -> Interval {
        let half = distribution.quantile(0.5 + level / 2) * standardError
        return Interval(low: mean - half, high: mean + half, level: level)
    }

    /// log₁₀ of the p-value of "the mean lies outside ± `margin`": two one-sided tests, of which the weaker counts.
    ///
    /// D. J. Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15 (1987). Below log₁₀ 0.05 exactly where the
    /// 90 % interval lies within ± `margin`.
    public func equivalenceLog10P(margin: Double) -> Double {
        let above = distribution.logUpperTail((mean + margin) / standardError)
        let below = distribution.logUpperTail((margin - mean) / standardError)
        return max(above, below) / log(10)
    }

    private var distribution: StudentDistribution { StudentDistribution(degreesOfFreedom: degreesOfFreedom) }
}

extension Interval {
    /// The interval of an effect over trainings: Student's t over one mean for each training seed.
    ///
    /// It answers another question than an interval over images, which is about one checkpoint: images of several
    /// seeds are never pooled, since they are the same images. Three seeds have 2 degrees of freedom, so that it reaches
    /// 4.303 standard errors to either side.
    ///
    /// - Parameters:
    ///   - means: the effect of each training seed's checkpoint.
    ///   - level: the confidence; 0.95 by default.
    /// - Returns: the interval; not estimable for one seed or equal means; nil without seeds.
    public static func betweenSeeds(_ means: [Double], level: Double = 0.95) -> Interval? {
        guard let mean = Summary(means).mean else { return nil }
        return StudentTest(means)?.interval(level: level) ?? .notEstimable(at: mean, level: level)
    }
}
