// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics

/// Makes the intervals of rankings that have no closed form, with the draws of each slice made once.
struct ScoreIntervals {
    private let settings: AnswerSettings
    private var bootstraps: SliceBootstraps

    init(_ settings: AnswerSettings) {
        self.settings = settings
        // Two data sets, each on either side.
        bootstraps = SliceBootstraps(settings, keeping: 4)
    }

    /// The draws of two sets' images.
    ///
    /// - Parameters:
    ///   - inside: The classes of the inside images.
    ///   - outside: Those of the outside images.
    /// - Returns: The draws, those of the outside images by another seed: they are other images.
    mutating func draws(inside: [Int], outside: [Int]) -> DrawsOfSets {
        DrawsOfSets(
            inside: bootstraps.bootstrap(inside),
            outside: bootstraps.bootstrap(outside, seed: settings.seed &+ 1)
        )
    }
}

/// Draws of the images of two sets, a value that several threads may use.
struct DrawsOfSets: Sendable {
    let inside: StratifiedBootstrap
    let outside: StratifiedBootstrap

    /// The intervals of a ranking.
    ///
    /// - Parameters:
    ///   - curve: The ranking.
    ///   - scores: What it was made of.
    ///   - level: The intervals' confidence.
    /// - Returns: The intervals; nil where a side has not one score for each image.
    func intervals(
        _ curve: ReceiverOperatingCharacteristic,
        of scores: PairOfScores,
        level: Double
    ) -> OODRow.Intervals? {
        guard scores.outside.count == outside.count, scores.inside.count == inside.count else { return nil }
        let resampled = ResampledRanking(curve, positives: outside, negatives: inside)
        return OODRow.Intervals(
            averagePrecision: resampled.averagePrecisionOut.percentileInterval(level: level),
            averagePrecisionInside: resampled.averagePrecisionIn.percentileInterval(level: level),
            falsePositiveRateOutsidePositive: resampled.falsePositiveRateOutlierPositive
                .percentileInterval(level: level),
            falsePositiveRateInsidePositive: resampled.falsePositiveRateInlierPositive
                .percentileInterval(level: level)
        )
    }
}
