// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The figures of eight receiver operating characteristics of the same scores, each drawn in its own way, from one walk.
///
/// Lane by lane the operations are those of ``RankingFigures``, so that the bits are too; a score that a lane did not draw
/// leaves it as it is. Divisions are most of the work, and a side that a group of scores does not have needs none.
struct RankingLanes {
    typealias Lanes = SIMD8<Double>

    private let positives: Lanes
    private let negatives: Lanes
    private let positivesRecalled: Lanes
    private let negativesRecalled: Lanes
    private var (truePositives, falsePositives) = (Lanes(), Lanes())
    private var area = Lanes()
    private var averagePrecision = Lanes()
    private var averagePrecisionOfNegatives = Lanes()
    /// False positives, and positives called negative, where enough of the other side are found.
    private var (falsePositivesAtRecall, missedPositivesAtRecall) = (Lanes(), Lanes())

    /// The figures of so many positives and negatives, before the first score.
    init(positives: Lanes, negatives: Lanes) {
        (self.positives, self.negatives) = (positives, negatives)
        func recalled(_ counts: Lanes) -> Lanes {
            var recalled = counts
            for lane in counts.indices { recalled[lane] = RankingFigures.recalled(counts[lane]) }
            return recalled
        }
        (positivesRecalled, negativesRecalled) = (recalled(positives), recalled(negatives))
    }

    /// Goes on to the next lower score, which positives alone have.
    @inline(__always)
    mutating func add(positive: Lanes) {
        let isRecalled = truePositives .>= positivesRecalled
        truePositives += positive
        averagePrecision += positive * truePositives / Self.divisor(truePositives + falsePositives)
        let isReached = .!isRecalled .& (truePositives .>= positivesRecalled)
        falsePositivesAtRecall.replace(with: falsePositives, where: isReached)
    }

    /// Goes on to the next lower score, which negatives alone have.
    @inline(__always)
    mutating func add(negative: Lanes) {
        let (negativesUpTo, positivesUpTo) = (negatives - falsePositives, positives - truePositives)
        missedPositivesAtRecall.replace(with: positivesUpTo, where: negativesUpTo .>= negativesRecalled)
        area += negative * truePositives
        falsePositives += negative
        averagePrecisionOfNegatives += negative * negativesUpTo / Self.divisor(negativesUpTo + positivesUpTo)
    }

    /// Goes on to the next lower score, which both may have.
    @inline(__always)
    mutating func add(positive: Lanes, negative: Lanes) {
        let (negativesUpTo, positivesUpTo) = (negatives - falsePositives, positives - truePositives)
        missedPositivesAtRecall.replace(with: positivesUpTo, where: negativesUpTo .>= negativesRecalled)
        let isRecalled = truePositives .>= positivesRecalled
        area += negative * (truePositives + positive / 2)
        truePositives += positive
        falsePositives += negative
        averagePrecision += positive * truePositives / Self.divisor(truePositives + falsePositives)
        averagePrecisionOfNegatives += negative * negativesUpTo / Self.divisor(negativesUpTo + positivesUpTo)
        let isReached = .!isRecalled .& (truePositives .>= positivesRecalled)
        falsePositivesAtRecall.replace(with: falsePositives, where: isReached)
    }

    /// A number of images, 1 instead of 0: where there are none the dividend is 0.
    @inline(__always)
    private static func divisor(_ count: Lanes) -> Lanes { count.replacing(with: 1, where: count .< 1) }

    /// The figures at the end of the walk; nil for lanes without positives or negatives.
    var figures: [RankingFigures?] {
        positives.indices.map { lane in
            let (m, n) = (positives[lane], negatives[lane])
            guard m > 0, n > 0 else { return nil }
            var figures = RankingFigures(positives: m, negatives: n)
            figures.area = area[lane]
            figures.averagePrecision = averagePrecision[lane]
            figures.averagePrecisionOfNegatives = averagePrecisionOfNegatives[lane]
            figures.finish()
            figures.falsePositiveRate = falsePositivesAtRecall[lane] / n
            figures.falseNegativeRate = missedPositivesAtRecall[lane] / m
            return figures
        }
    }
}
