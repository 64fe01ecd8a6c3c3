// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Page's test that treatments, in a stated order, raise a response within blocks, such as doses within images.
///
/// E. B. Page, Journal of the American Statistical Association 58 (1963); conventions of `scipy.stats.page_trend_test`.
public struct PageTrendTest: Hashable, Sendable {
    /// L: Σ over treatments of place · sum of ranks; midranks for ties.
    public let statistic: Double
    /// log₁₀ of the one-sided p-value of "no trend".
    public let log10P: Double
    /// Whether the p-value is exact (as if there were no ties): at most 8 treatments and 20 blocks; else normal.
    public let isExact: Bool

    /// Tests rows of finite responses, one row for a block, all of the same length of at least 2; nil without rows.
    public init?(_ rows: [[Double]]) {
        guard let treatments = rows.first?.count else { return nil }
        precondition(treatments > 1 && rows.allSatisfy { $0.count == treatments }, "rows of one length above 1")
        statistic = rows.reduce(0) { $0 + Self.rowStatistic($1) }
        isExact = treatments <= 8 && rows.count <= 20
        if isExact {
            let distribution = Self.distribution(treatments: treatments, blocks: rows.count)
            // Of a sum with half ranks the whole part counts, as in SciPy.
            log10P = log10(min(1, distribution.dropFirst(Int(statistic)).reduce(0, +)))
        } else {
            let (m, n) = (Double(rows.count), Double(treatments))
            let mean = m * n * (n + 1) * (n + 1) / 4
            let variance = m * n * n * (n + 1) * (n * n - 1) / 144
            log10P = NormalDistribution.logUpperTail((statistic - mean) / variance.squareRoot()) / log(10)
        }
    }

    private static func rowStatistic(_ row: [Double]) -> Double {
        row.enumerated()
            .reduce(0) { sum, entry in
                let below = Double(row.count { $0 < entry.element })
                let equal = Double(row.count { $0 == entry.element })
                return sum + Double(entry.offset + 1) * (below + (equal + 1) / 2)
            }
    }

    /// Element l is the probability of L = l when every order of every row is equally likely.
    private static func distribution(treatments: Int, blocks: Int) -> [Double] {
        let row = rowDistribution(treatments)
        return (0..<blocks)
            .reduce([1.0]) { sums, _ in
                var next = [Double](repeating: 0, count: sums.count + row.count - 1)
                for (sum, probability) in sums.enumerated() where probability > 0 {
                    for (own, share) in row.enumerated() where share > 0 { next[sum + own] += probability * share }
                }
                return next
            }
    }

    /// The distribution for one row, by the set of ranks that the first places have taken.
    private static func rowDistribution(_ treatments: Int) -> [Double] {
        let greatest = treatments * (treatments + 1) * (2 * treatments + 1) / 6
        var bySet = [[Double]](
            repeating: [Double](repeating: 0, count: greatest + 1),
            count: 1 << treatments
        )
        bySet[0][0] = 1
        for set in 0..<(1 << treatments) {
            let place = set.nonzeroBitCount + 1
            for rank in 1...treatments where set >> (rank - 1) & 1 == 0 {
                let next = set | 1 << (rank - 1)
                for sum in 0..<(greatest + 1) where bySet[set][sum] > 0 {
                    bySet[next][sum + place * rank] += bySet[set][sum] / Double(treatments - place + 1)
                }
            }
        }
        return bySet[(1 << treatments) - 1]
    }
}
