// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How the sum of ranks with a positive sign is distributed when every sign is a coin's.
struct RankSumDistribution {
    /// Element s is the probability that the doubled sum is s.
    private let probabilities: [Double]

    /// The distribution over all signs of ranks that are given doubled, so that midranks are whole.
    init(doubledRanks: [Int]) {
        var probabilities = [Double](repeating: 0, count: doubledRanks.reduce(1, +))
        probabilities[0] = 1
        var reach = 0
        for rank in doubledRanks {
            reach += rank
            for sum in stride(from: reach, through: 0, by: -1) {
                probabilities[sum] = 0.5 * (probabilities[sum] + (sum >= rank ? probabilities[sum - rank] : 0))
            }
        }
        self.probabilities = probabilities
    }

    /// ln P(W ≤ sum) and ln P(W ≥ sum).
    func logTails(at sum: Double) -> (lower: Double, upper: Double) {
        let position = Int((2 * sum).rounded())
        let lower = probabilities[...position].reduce(0, +)
        let upper = probabilities[position...].reduce(0, +)
        return (log(min(1, lower)), log(min(1, upper)))
    }

    /// P(W ≤ sum).
    func cumulative(_ sum: Int) -> Double {
        sum < 0 ? 0 : min(1, probabilities.prefix(2 * sum + 1).reduce(0, +))
    }
}

/// Which averages of pairs bound the centre of a symmetric distribution with a given confidence.
struct RankBound {
    /// The rank of the lower one, from 1; the upper one has the same rank from above.
    let rank: Int
    /// The confidence that they reach.
    let level: Double

    /// The bound for `count` differences: exact for at most 50, normal for more.
    init(count: Int, level: Double) {
        guard count <= 50 else {
            let n = Double(count)
            let standardDeviation = (n * (n + 1) * (2 * n + 1) / 24).squareRoot()
            let z = NormalDistribution.quantile(0.5 + level / 2)
            rank = max(1, Int(n * (n + 1) / 4 - z * standardDeviation))
            self.level = level
            return
        }
        let distribution = RankSumDistribution(doubledRanks: (1...count).map { 2 * $0 })
        var rank = 1
        // One average of 2ⁿ signs is the least that can be left out on either side.
        while 2 * distribution.cumulative(rank) <= 1 - level { rank += 1 }
        self.rank = rank
        self.level = 1 - 2 * distribution.cumulative(rank - 1)
    }
}
