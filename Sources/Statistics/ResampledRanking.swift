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
        let figures = scores.figures()
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

    /// The figures of all replicates but those that drew no finite score of one side.
    func figures() -> [RankingFigures] {
        var counts = [SIMD8<UInt8>](
            repeating: SIMD8(),
            count: positives.units.slotCount + negatives.units.slotCount
        )
        return stride(from: 0, to: positives.replicates, by: 8).flatMap { first in
            let replicates = first..<min(first + 8, positives.replicates)
            read(replicates, to: &counts)
            return figures(counts).prefix(replicates.count).compactMap(\.self)
        }
    }

    /// How often each slot was drawn in each of up to eight replicates, side by side.
    private func read(_ replicates: Range<Int>, to counts: inout [SIMD8<UInt8>]) {
        let first = positives.units.slotCount
        counts.withUnsafeMutableBufferPointer { counts in
            for (lane, replicate) in replicates.enumerated() {
                positives.withRow(replicate) { row in
                    for slot in row.indices { counts[slot][lane] = row[slot] }
                }
                negatives.withRow(replicate) { row in
                    for slot in row.indices { counts[first + slot][lane] = row[slot] }
                }
            }
        }
    }

    /// A walk down the scores for eight replicates at the same time; nil for one that drew no finite score of one side.
    private func figures(_ counts: [SIMD8<UInt8>]) -> [RankingFigures?] {
        counts.withUnsafeBufferPointer { counts in
            func drawn(_ index: Int) -> RankingLanes.Lanes {
                RankingLanes.Lanes(SIMD8<Int32>(truncatingIfNeeded: counts[Int(slots[index])]))
            }
            var (m, n) = (RankingLanes.Lanes(), RankingLanes.Lanes())
            for index in slots.indices { if isPositive[index] { m += drawn(index) } else { n += drawn(index) } }
            var lanes = RankingLanes(positives: m, negatives: n)
            var index = 0
            for end in ends {
                // Most scores are had by one image alone.
                if end == index + 1 {
                    if isPositive[index] {
                        lanes.add(positive: drawn(index))
                    } else {
                        lanes.add(negative: drawn(index))
                    }
                    index = end
                    continue
                }
                var (positive, negative) = (RankingLanes.Lanes(), RankingLanes.Lanes())
                while index < end {
                    if isPositive[index] { positive += drawn(index) } else { negative += drawn(index) }
                    index += 1
                }
                lanes.add(positive: positive, negative: negative)
            }
            return lanes.figures
        }
    }
}
