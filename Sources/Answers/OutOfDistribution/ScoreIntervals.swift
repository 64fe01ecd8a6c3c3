// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics

/// Makes the intervals of rankings that have no closed form, with the draws of each slice made once.
struct ScoreIntervals {
    private let settings: AnswerSettings
    /// The draws of the slices seen last; the outside ones have another seed, since they are other images.
    private var bootstraps: [(labels: [Int], seed: UInt64, bootstrap: StratifiedBootstrap)] = []

    init(_ settings: AnswerSettings) { self.settings = settings }

    /// The intervals of a ranking.
    ///
    /// - Parameters:
    ///   - curve: The ranking.
    ///   - scores: What it was made of.
    ///   - inside: The classes of the inside images.
    ///   - outside: Those of the outside images.
    /// - Returns: The intervals; nil where a side has not one score for each image.
    mutating func intervals(
        _ curve: ReceiverOperatingCharacteristic,
        of scores: PairOfScores,
        inside: [Int],
        outside: [Int]
    ) -> OODRow.Intervals? {
        guard scores.outside.count == outside.count, scores.inside.count == inside.count else { return nil }
        let resampled = ResampledRanking(
            curve,
            positives: bootstrap(outside, seed: settings.seed &+ 1),
            negatives: bootstrap(inside, seed: settings.seed)
        )
        return OODRow.Intervals(
            averagePrecision: resampled.averagePrecisionOut.percentileInterval(level: settings.level),
            averagePrecisionInside: resampled.averagePrecisionIn.percentileInterval(level: settings.level),
            falsePositiveRateOutsidePositive: resampled.falsePositiveRateOutlierPositive
                .percentileInterval(level: settings.level),
            falsePositiveRateInsidePositive: resampled.falsePositiveRateInlierPositive
                .percentileInterval(level: settings.level)
        )
    }

    private mutating func bootstrap(_ labels: [Int], seed: UInt64) -> StratifiedBootstrap {
        if let known = bootstraps.last(where: { $0.seed == seed && $0.labels == labels }) { return known.bootstrap }
        let made = StratifiedBootstrap(labels: labels, seed: seed, replicates: settings.replicates)
        // Two data sets, each on either side.
        if bootstraps.count == 4 { bootstraps.removeFirst() }
        bootstraps.append((labels, seed, made))
        return made
    }
}
