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

/// Scores in descending order with the places that say how often each was drawn.
private struct ResampledScores {
    private let positives: Multiplicities
    private let negatives: Multiplicities
    /// For each score the slot of its image, those of negatives behind all of positives.
    private let slots: [Int32]
    private let isPositive: [Bool]
    private let ends: [Int]

    init(_ groups: ScoreGroups, _ positives: StratifiedBootstrap, _ negatives: StratifiedBootstrap) {
        (self.positives, self.negatives) = (positives.multiplicities, negatives.multiplicities)
        let (above, below) = (positives.multiplicities.units, negatives.multiplicities.units)
        slots = groups.items.map { item in
            item.isPositive
                ? above.slotOfImage[item.position]
                : Int32(above.slotCount) + below.slotOfImage[item.position]
        }
        isPositive = groups.items.map(\.isPositive)
        ends = groups.ends
    }

    /// The figures of one replicate; nil where it drew no finite score of one side.
    func figures(_ replicate: Int) -> RankingFigures? {
        let counts = positives.withRow(replicate) { Array($0) } + negatives.withRow(replicate) { Array($0) }
        // How often each score was drawn, one side and the other; the scores in the order of a walk.
        let drawn = slots.map { counts[Int($0)] }
        let (m, n) = totals(drawn)
        guard m > 0, n > 0 else { return nil }
        var figures = RankingFigures(positives: Double(m), negatives: Double(n))
        drawn.withUnsafeBufferPointer { drawn in
            isPositive.withUnsafeBufferPointer { isPositive in
                var index = 0
                for end in ends {
                    var (positive, negative) = (0, 0)
                    while index < end {
                        let count = Int(drawn[index])
                        positive += isPositive[index] ? count : 0
                        negative += isPositive[index] ? 0 : count
                        index += 1
                    }
                    guard positive + negative > 0 else { continue }
                    figures.add(positive: Double(positive), negative: Double(negative))
                }
            }
        }
        figures.finish()
        return figures
    }

    private func totals(_ drawn: [UInt8]) -> (positives: Int, negatives: Int) {
        var (positives, all) = (0, 0)
        for index in drawn.indices {
            let count = Int(drawn[index])
            all += count
            positives += isPositive[index] ? count : 0
        }
        return (positives, all - positives)
    }
}
