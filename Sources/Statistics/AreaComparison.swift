// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Two scores of the same items compared by their areas (DeLong's paired test).
public struct AreaComparison: Hashable, Sendable {
    /// The first area less the second.
    public let difference: Double
    /// Covariance of both areas.
    public let covariance: Double
    /// Variance of the difference.
    public let variance: Double
    /// The difference over its standard error; 0 where that is 0.
    public let z: Double
    /// log₁₀ of the two-sided p-value.
    public let log10P: Double

    /// Compares two scores; nil with fewer than two positives or negatives, or where one score lacks items.
    ///
    /// - Parameters:
    ///   - first: the characteristic of the first score.
    ///   - second: that of the second one, of the same positives and negatives in the same order, all finite.
    public init?(_ first: ReceiverOperatingCharacteristic, _ second: ReceiverOperatingCharacteristic) {
        guard first.nonFinite == 0, second.nonFinite == 0 else { return nil }
        guard
            let own = PlacementCovariance(first, first), let other = PlacementCovariance(second, second),
            let shared = PlacementCovariance(first, second)
        else { return nil }
        difference = first.area - second.area
        covariance = shared.variance
        variance = max(0, own.variance + other.variance - 2 * shared.variance)
        z = variance > 0 ? difference / variance.squareRoot() : 0
        log10P = min(0, (NormalDistribution.logUpperTail(abs(z)) + log(2)) / log(10))
    }
}

/// The covariance of two areas from the placements of each item in both.
struct PlacementCovariance {
    /// Of the areas; the variance where both are the same.
    let variance: Double

    /// nil for fewer than two positives or negatives.
    init?(_ first: ReceiverOperatingCharacteristic, _ second: ReceiverOperatingCharacteristic) {
        precondition(first.positivePlacements.count == second.positivePlacements.count, "the same positives")
        precondition(first.negativePlacements.count == second.negativePlacements.count, "the same negatives")
        guard first.positives > 1, first.negatives > 1 else { return nil }
        func part(_ one: [Double], _ other: [Double], _ count: Int) -> Double {
            var sum = 0.0
            for (a, b) in zip(one, other) where a.isFinite && b.isFinite { sum += (a - first.area) * (b - second.area) }
            return sum / Double(count - 1) / Double(count)
        }
        variance =
            part(first.positivePlacements, second.positivePlacements, first.positives)
            + part(first.negativePlacements, second.negativePlacements, first.negatives)
    }
}

extension ReceiverOperatingCharacteristic {
    /// The variance of the area where items come in clusters, such as an image and its transformed twin.
    ///
    /// N. A. Obuchowski, Biometrics 53 (1997): placements are added up within each cluster first. For items of clusters
    /// of their own it is ``variance``. nil for fewer than two clusters of positives or negatives.
    ///
    /// - Parameters:
    ///   - positiveClusters: the cluster of each positive, in the order of the scores.
    ///   - negativeClusters: the cluster of each negative.
    /// - Returns: the variance, of at least 0.
    public func variance(positiveClusters: [Int], negativeClusters: [Int]) -> Double? {
        precondition(positiveClusters.count == positivePlacements.count, "a cluster for each positive")
        precondition(negativeClusters.count == negativePlacements.count, "a cluster for each negative")
        let above = deviations(positivePlacements, positiveClusters)
        let below = deviations(negativePlacements, negativeClusters)
        guard above.count > 1, below.count > 1 else { return nil }
        func stretched(_ sum: Double, _ clusters: Int) -> Double { sum * Double(clusters) / Double(clusters - 1) }
        let (m, n) = (Double(positives), Double(negatives))
        let own = stretched(above.values.reduce(0) { $0 + $1 * $1 }, above.count) / (m * m)
        let other = stretched(below.values.reduce(0) { $0 + $1 * $1 }, below.count) / (n * n)
        let all = Set(above.keys).union(below.keys).count
        // Keys in order, so that the sum does not depend on the seed of this process's dictionaries.
        let shared = above.keys.sorted().reduce(0) { $0 + (above[$1] ?? 0) * (below[$1] ?? 0) }
        return max(0, own + other + 2 * stretched(shared, all) / (m * n))
    }

    /// The logit interval of the area where positives[i] and negatives[i] are the same image, changed and unchanged.
    public func pairedInterval(level: Double = 0.95) -> Interval {
        let variance = variance(
            positiveClusters: Array(positivePlacements.indices),
            negativeClusters: Array(negativePlacements.indices)
        )
        return logitInterval(variance: variance, level: level)
    }

    /// For each cluster, the sum of its placements' deviations from the area.
    private func deviations(_ placements: [Double], _ clusters: [Int]) -> [Int: Double] {
        var sums: [Int: Double] = [:]
        for (placement, cluster) in zip(placements, clusters) where placement.isFinite {
            sums[cluster, default: 0] += placement - area
        }
        return sums
    }
}
