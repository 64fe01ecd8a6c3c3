// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Sample {
    /// Hodges and Lehmann's estimate of the centre: the median of (xᵢ + xⱼ)/2 over all i ≤ j; nil without finite values.
    ///
    /// - Complexity: O(n log n).
    public var hodgesLehmann: Double? { WalshAverages(sorted: sorted).median }

    /// The interval of ``hodgesLehmann`` by inverting Wilcoxon's test: averages (xᵢ + xⱼ)/2 of symmetric rank.
    ///
    /// Its ``Interval/level`` is the one reached: exact for at most 50 values, where it is at least `level` (less where
    /// even all averages do not reach it, and then not estimable), and nominal for more. nil without finite values.
    public func hodgesLehmannInterval(level: Double = 0.95) -> Interval? {
        guard let hodgesLehmann else { return nil }
        guard sorted.count > 1 else { return .notEstimable(at: hodgesLehmann, level: level) }
        let walsh = WalshAverages(sorted: sorted)
        let bound = RankBound(count: sorted.count, level: level)
        return Interval(
            low: walsh.average(rank: bound.rank),
            high: walsh.average(rank: walsh.count + 1 - bound.rank),
            level: bound.level,
            isEstimable: bound.level >= level
        )
    }
}
