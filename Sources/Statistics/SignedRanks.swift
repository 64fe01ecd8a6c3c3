// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Ranks of the magnitudes of differences, added up by sign.
///
/// Wilcoxon's test and the rank-biserial correlation are made of them. Equal magnitudes share the mean of their ranks.
struct SignedRanks: Hashable, Sendable {
    /// Number of differences above 0.
    let positives: Int
    /// Number of differences below 0.
    let negatives: Int
    /// Number of differences that are 0; they have no rank here.
    let zeros: Int
    /// Sum of the ranks of the differences above 0, ranked among those that are not 0.
    let positiveSum: Double
    /// Sum of the ranks of the differences below 0.
    let negativeSum: Double
    /// Σ(t³ − t) over the groups of t equal magnitudes.
    let tieTerm: Double

    /// Ranks finite differences that are in ascending order.
    ///
    /// - Complexity: O(n): magnitudes come in order when the negative and the positive differences are merged.
    init(sorted: [Double]) {
        var (positiveSum, negativeSum, tieTerm, below) = (0.0, 0.0, 0.0, 0.0)
        let counts = Self.forEachGroup(sorted) { positive, negative in
            let size = Double(positive + negative)
            let rank = below + (size + 1) / 2
            positiveSum += Double(positive) * rank
            negativeSum += Double(negative) * rank
            tieTerm += size * size * size - size
            below += size
        }
        (positives, negatives, zeros) = (counts.positives, counts.negatives, counts.zeros)
        (self.positiveSum, self.negativeSum, self.tieTerm) = (positiveSum, negativeSum, tieTerm)
    }

    /// Twice the rank of every difference that is not 0, ascending: whole numbers in spite of ties.
    static func doubledRanks(sorted: [Double]) -> [Int] {
        var ranks: [Int] = []
        forEachGroup(sorted) { positive, negative in
            let size = positive + negative
            ranks += [Int](repeating: 2 * ranks.count + size + 1, count: size)
        }
        return ranks
    }

    /// Hands on how many positive and how many negative differences have the least magnitude, then the next one.
    @discardableResult
    private static func forEachGroup(
        _ sorted: [Double],
        _ body: (_ positive: Int, _ negative: Int) -> Void
    ) -> (positives: Int, negatives: Int, zeros: Int) {
        sorted.withUnsafeBufferPointer { values in
            var (negative, positive) = (values.partitionPoint { $0 >= 0 }, values.partitionPoint { $0 > 0 })
            let counts = (positives: values.count - positive, negatives: negative, zeros: positive - negative)
            while negative > 0 || positive < values.count {
                let below = negative > 0 ? -values[negative - 1] : .infinity
                let above = positive < values.count ? values[positive] : .infinity
                let magnitude = min(below, above)
                let (firstNegative, firstPositive) = (negative, positive)
                while negative > 0, -values[negative - 1] == magnitude { negative -= 1 }
                while positive < values.count, values[positive] == magnitude { positive += 1 }
                body(positive - firstPositive, firstNegative - negative)
            }
            return counts
        }
    }
}

extension UnsafeBufferPointer<Double> {
    /// The first position whose element `belongs` to the upper part, where the lower part comes first.
    fileprivate func partitionPoint(_ belongs: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
