// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A share of successes among independent trials, with its intervals.
public struct Proportion: Hashable, Sendable {
    /// How often it happened.
    public let successes: Int
    /// How often it could have happened; at least 1.
    public let trials: Int

    /// `successes` of `trials`; nil without trials.
    public init?(successes: Int, trials: Int) {
        precondition((0...max(0, trials)).contains(successes), "\(successes) of \(trials) trials")
        guard trials > 0 else { return nil }
        self.successes = successes
        self.trials = trials
    }

    /// The share, from 0 to 1.
    public var share: Double { Double(successes) / Double(trials) }

    /// Wilson's score interval: stays within 0 … 1 and keeps its level near both ends.
    ///
    /// E. B. Wilson, Journal of the American Statistical Association 22 (1927); without continuity correction.
    public func wilson(level: Double = 0.95) -> Interval {
        let z = NormalDistribution.quantile(0.5 + level / 2)
        let n = Double(trials)
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let spread = (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        let half = z * spread / (1 + z * z / n)
        return Interval(
            low: successes == 0 ? 0 : max(0, centre - half),
            high: successes == trials ? 1 : min(1, centre + half),
            level: level
        )
    }

    /// Clopper and Pearson's interval, which covers at least its level ("exact") and is wider for it.
    public func clopperPearson(level: Double = 0.95) -> Interval {
        let tail = (1 - level) / 2
        let (yes, no) = (Double(successes), Double(trials - successes))
        return Interval(
            low: successes == 0 ? 0 : BetaDistribution.quantile(tail, yes, no + 1),
            high: successes == trials ? 1 : 1 - BetaDistribution.quantile(tail, no, yes + 1),
            level: level
        )
    }
}
