// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Positives and negatives in descending order of their scores, cut where the score changes.
struct ScoreGroups: Sendable {
    /// An item with the score it has.
    struct Item: Sendable {
        let score: Double
        /// Its place among the positives or the negatives, as they were given.
        let position: Int
        let isPositive: Bool
    }

    /// The finite scores, descending.
    let items: [Item]
    /// Where each group of equal scores ends in ``items``.
    let ends: [Int]
    /// Number of finite scores of positives.
    let positives: Int
    /// Number of finite scores of negatives.
    let negatives: Int

    init(positives: [Double], negatives: [Double]) {
        var items: [Item] = []
        items.reserveCapacity(positives.count + negatives.count)
        for (position, score) in positives.enumerated() where score.isFinite {
            items.append(Item(score: score, position: position, isPositive: true))
        }
        self.positives = items.count
        for (position, score) in negatives.enumerated() where score.isFinite {
            items.append(Item(score: score, position: position, isPositive: false))
        }
        self.negatives = items.count - self.positives
        items.sort { $0.score > $1.score }
        var ends: [Int] = []
        for index in items.indices where index + 1 == items.count || items[index + 1].score != items[index].score {
            ends.append(index + 1)
        }
        (self.items, self.ends) = (items, ends)
    }
}

/// The figures of one receiver operating characteristic, from a walk down its scores.
struct RankingFigures {
    /// Area under the curve; ties count half.
    var area = 0.0
    /// Average precision with the positives as what is looked for.
    var averagePrecision = 0.0
    /// Average precision with the negatives as what is looked for, and the order turned round.
    var averagePrecisionOfNegatives = 0.0
    /// Share of negatives called positive at the first score where at least `recall` of the positives are.
    var falsePositiveRate = 1.0
    /// Share of positives called negative at the first score, from below, where at least `recall` of the negatives are.
    var falseNegativeRate = 1.0

    private let positives: Double
    private let negatives: Double
    /// The least counts that are at least the share ``recall`` of either side.
    private let (positivesRecalled, negativesRecalled): (Double, Double)
    private var (truePositives, falsePositives) = (0.0, 0.0)

    /// The share of true positives at which false ones are counted.
    static let recall = 0.95

    /// The figures of so many positives and negatives, before the first score; both above 0.
    init(positives: Double, negatives: Double) {
        (self.positives, self.negatives) = (positives, negatives)
        (positivesRecalled, negativesRecalled) = (Self.recalled(positives), Self.recalled(negatives))
    }

    /// The least of `count` that is at least the share ``recall``.
    static func recalled(_ count: Double) -> Double {
        // Where the product is rounded, the quotient decides, as in scikit-learn.
        let near = (recall * count).rounded(.down)
        return [near, near + 1].first { $0 / count >= recall } ?? count
    }

    /// Goes on to the next lower score, which `positive` positives and `negative` negatives have, at least one of either.
    @inline(__always)
    mutating func add(positive: Double, negative: Double) {
        // Both counted from below, the group itself included.
        let (negativesUpTo, positivesUpTo) = (negatives - falsePositives, positives - truePositives)
        if negativesUpTo >= negativesRecalled { falseNegativeRate = positivesUpTo / positives }
        let isRecalled = truePositives >= positivesRecalled
        area += negative * (truePositives + positive / 2)
        truePositives += positive
        falsePositives += negative
        averagePrecision += positive * truePositives / (truePositives + falsePositives)
        averagePrecisionOfNegatives += negative * negativesUpTo / (negativesUpTo + positivesUpTo)
        if !isRecalled, truePositives >= positivesRecalled { falsePositiveRate = falsePositives / negatives }
    }

    /// Turns sums into shares at the end of the walk.
    mutating func finish() {
        area /= positives * negatives
        averagePrecision /= positives
        averagePrecisionOfNegatives /= negatives
    }
}
