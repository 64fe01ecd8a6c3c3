// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A figure and what it became in each replicate of a bootstrap.
///
/// Replicates of figures from the same ``StratifiedBootstrap`` belong together one by one, since they have drawn the
/// same images: their differences and ratios are replicates again.
public struct ResampledStatistic: Sendable {
    /// The figure of the data.
    public let estimate: Double
    /// The figure of each replicate, in the order of the replicates; all finite.
    public let replicates: [Double]
    /// Efron's acceleration: a sixth of the skewness of the figure's influence values; 0 where it is not known.
    public let acceleration: Double
    /// Whether the data have no spread to resample: a single value in each class, or equal ones.
    public let isDegenerate: Bool
    private let sample: Sample

    /// The figure with its replicates.
    ///
    /// - Parameters:
    ///   - estimate: the figure of the data.
    ///   - replicates: the figure of each replicate; those that are not finite are left out of intervals.
    ///   - acceleration: as ``acceleration(ofInfluences:)`` gives it; 0 by default.
    ///   - isDegenerate: whether the data have no spread; by default, whether all replicates are equal.
    public init(estimate: Double, replicates: [Double], acceleration: Double = 0, isDegenerate: Bool? = nil) {
        self.estimate = estimate
        self.replicates = replicates
        self.acceleration = acceleration
        sample = Sample(replicates)
        self.isDegenerate = isDegenerate ?? (sample.sorted.first == sample.sorted.last)
    }

    /// Standard deviation over the replicates: the bootstrap's standard error.
    public var standardError: Double { isDegenerate ? 0 : sample.standardDeviation ?? 0 }

    /// The bias-corrected and accelerated interval (BCa).
    ///
    /// B. Efron, "Better bootstrap confidence intervals", Journal of the American Statistical Association 82 (1987). The
    /// bias z₀ is Φ⁻¹ of the share of replicates below the estimate, those equal to it counted half.
    public func interval(level: Double = 0.95) -> Interval {
        guard !isDegenerate, !sample.sorted.isEmpty else { return .notEstimable(at: estimate, level: level) }
        let bias = NormalDistribution.quantile(shareBelow)
        let z = NormalDistribution.quantile(0.5 + level / 2)
        return Interval(low: limit(bias, -z), high: limit(bias, z), level: level)
    }

    /// The interval between two quantiles of the replicates.
    public func percentileInterval(level: Double = 0.95) -> Interval {
        guard !isDegenerate, !sample.sorted.isEmpty else { return .notEstimable(at: estimate, level: level) }
        return Interval(low: quantile(0.5 - level / 2), high: quantile(0.5 + level / 2), level: level)
    }

    /// What the figure says about an effect of at least `smallestEffect`, from its 95 % and its 90 % interval.
    public func verdict(smallestEffect: Double) -> Verdict {
        Verdict(interval: interval(level: 0.95), equivalence: interval(level: 0.90), smallestEffect: smallestEffect)
    }

    /// Σu³ / (6 (Σu²)^1.5) of influence values: in closed form what a jackknife gives at n times the work.
    public static func acceleration(ofInfluences influences: [Double]) -> Double {
        var (squares, cubes) = (0.0, 0.0)
        for value in influences {
            squares += value * value
            cubes += value * value * value
        }
        return acceleration(squares: squares, cubes: cubes)
    }

    static func acceleration(squares: Double, cubes: Double) -> Double {
        let acceleration = cubes / (6 * squares * squares.squareRoot())
        // Not finite without spread, and where cubes exceed all doubles.
        return acceleration.isFinite ? acceleration : 0
    }

    /// The share of replicates below the estimate, away from 0 and 1 by half a replicate.
    private var shareBelow: Double {
        // What ties in exact arithmetic differs by rounding.
        let tolerance = 1e-9 * standardError
        let below = Double(sample.sorted.count { $0 < estimate - tolerance })
        let equal = Double(sample.sorted.count { ($0 - estimate).magnitude <= tolerance })
        let count = Double(sample.sorted.count)
        return min(max((below + equal / 2) / count, 0.5 / count), 1 - 0.5 / count)
    }

    private func limit(_ bias: Double, _ z: Double) -> Double {
        let shifted = bias + z
        let stretch = 1 - acceleration * shifted
        guard stretch > 0 else { return quantile(shifted > 0 ? 1 : 0) }
        return quantile(NormalDistribution.cumulative(bias + shifted / stretch))
    }

    private func quantile(_ probability: Double) -> Double {
        sample.quantile(min(max(probability, 0), 1)) ?? estimate
    }
}
