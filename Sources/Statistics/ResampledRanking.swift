// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The figures of a receiver operating characteristic with what became of them when images were drawn again.
///
/// For the area, the interval in closed form, ``ReceiverOperatingCharacteristic/interval(level:)``, is the first choice;
/// here it is beside the figures that have none.
public struct ResampledRanking: Sendable {
    /// Area under the curve.
    public let area: ResampledStatistic
    /// Average precision where outliers are looked for.
    public let averagePrecisionOut: ResampledStatistic
    /// Average precision where inliers are looked for.
    public let averagePrecisionIn: ResampledStatistic
    /// FPR at 95 % TPR, outliers as positives.
    public let falsePositiveRateOutlierPositive: ResampledStatistic
    /// FPR at 95 % TPR, inliers as positives.
    public let falsePositiveRateInlierPositive: ResampledStatistic

    /// Draws the images of both sides again.
    ///
    /// - Parameters:
    ///   - ranking: the characteristic of the data.
    ///   - positives: the bootstrap of the positives, in the order of their scores.
    ///   - negatives: the bootstrap of the negatives, with as many replicates. The same one as for the positives where
    ///     both are the same images, changed and unchanged: both scores of an image then move together. Of another seed
    ///     where they are different images.
    public init(
        _ ranking: ReceiverOperatingCharacteristic,
        positives: StratifiedBootstrap,
        negatives: StratifiedBootstrap
    ) {
        precondition(positives.replicates == negatives.replicates, "as many replicates on both sides")
        let scores = ResampledScores(ranking.groups, positives, negatives)
        let figures = (0..<positives.replicates).compactMap(scores.figures)
        func statistic(_ estimate: Double, _ figure: (RankingFigures) -> Double) -> ResampledStatistic {
            ResampledStatistic(estimate: estimate, replicates: figures.map(figure))
        }
        area = statistic(ranking.area) { $0.area }
        averagePrecisionOut = statistic(ranking.averagePrecisionOut) { $0.averagePrecision }
        averagePrecisionIn = statistic(ranking.averagePrecisionIn) { $0.averagePrecisionOfNegatives }
        falsePositiveRateOutlierPositive = statistic(ranking.falsePositiveRateOutlierPositive) { $0.falsePositiveRate }
        falsePositiveRateInlierPositive = statistic(ranking.falsePositiveRateInlierPositive) { $0.falseNegativeRate }
    }
}

/// Scores in descending order with the slots that say how often each was drawn.
private struct ResampledScores {
    private let positives: Multiplicities
    private let negatives: Multiplicities
    /// For each score its slot; for a negative, −1 less its slot.
    private let slots: [Int32]
    private let ends: [Int]

    init(_ groups: ScoreGroups, _ positives: StratifiedBootstrap, _ negatives: StratifiedBootstrap) {
        (self.positives, self.negatives) = (positives.multiplicities, negatives.multiplicities)
        let ofPositives = positives.multiplicities.units.slotOfImage
        let ofNegatives = negatives.multiplicities.units.slotOfImage
        slots = groups.items.map { $0.isPositive ? ofPositives[$0.position] : -1 - ofNegatives[$0.position] }
        ends = groups.ends
    }

    /// The figures of one replicate; nil where it drew no finite score of one side.
    func figures(_ replicate: Int) -> RankingFigures? {
        positives.withRow(replicate) { positives in
            negatives.withRow(replicate) { negatives in
                slots.withUnsafeBufferPointer { slots in Self.figures(slots, ends, positives, negatives) }
            }
        }
    }

    private static func figures(
        _ slots: UnsafeBufferPointer<Int32>,
        _ ends: [Int],
        _ positives: UnsafeBufferPointer<UInt8>,
        _ negatives: UnsafeBufferPointer<UInt8>
    ) -> RankingFigures? {
        var (m, n) = (0, 0)
        for slot in slots {
            if slot >= 0 { m += Int(positives[Int(slot)]) } else { n += Int(negatives[Int(-1 - slot)]) }
        }
        guard m > 0, n > 0 else { return nil }
        let (positiveCount, negativeCount) = (Double(m), Double(n))
        var figures = RankingFigures()
        var index = 0
        for end in ends {
            var (positive, negative) = (0, 0)
            while index < end {
                let slot = slots[index]
                if slot >= 0 {
                    positive += Int(positives[Int(slot)])
                } else {
                    negative += Int(negatives[Int(-1 - slot)])
                }
                index += 1
            }
            guard positive + negative > 0 else { continue }
            figures.add(positive: Double(positive), negative: Double(negative), of: positiveCount, negativeCount)
        }
        figures.finish(of: positiveCount, negativeCount)
        return figures
    }
}
