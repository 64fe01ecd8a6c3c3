// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics

/// The mean of images' values and its standard error when images are drawn within classes, in closed form.
///
/// For the many terms of many levels, which a bootstrap would draw again for nothing: of hundreds of images a mean is
/// normal. The standard error is √Σ (n_c/n)²·s_c²/n_c over the classes c.
struct StratifiedMean {
    private struct Stratum {
        var count = 0.0
        var mean = 0.0
        /// Σ(x − mean)², by Welford's update.
        var squares = 0.0

        mutating func add(_ value: Double) {
            count += 1
            let deviation = value - mean
            mean += deviation / count
            squares += deviation * (value - mean)
        }
    }

    /// The mean of the values that are numbers.
    let mean: Double
    /// Its standard error; 0 where no class has two different values.
    let standardError: Double

    /// The mean over the images of the class `label`, or of all; nil where no value is a number.
    init?(of values: [Double], labels: [Int], label: Int? = nil) {
        var strata: [Int: Stratum] = [:]
        for (value, own) in zip(values, labels) where !value.isNaN && (label == nil || own == label) {
            strata[own, default: Stratum()].add(value)
        }
        let total = strata.values.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        // Ascending by class, so that equal values give equal bits.
        let ascending = strata.sorted { $0.key < $1.key }.map(\.value)
        mean = ascending.reduce(0) { $0 + $1.count / total * $1.mean }
        standardError = ascending.filter { $0.count > 1 }.reduce(0) { sum, stratum in
            let share = stratum.count / total
            return sum + share * share * stratum.squares / (stratum.count - 1) / stratum.count
        }.squareRoot()
    }

    /// The mean with as many standard errors on both sides as the level asks for.
    func interval(level: Double) -> Interval {
        guard standardError > 0 else { return .notEstimable(at: mean, level: level) }
        let half = NormalDistribution.quantile(0.5 + level / 2) * standardError
        return Interval(low: mean - half, high: mean + half, level: level)
    }
}
