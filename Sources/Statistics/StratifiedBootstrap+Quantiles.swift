// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension StratifiedBootstrap {
    /// The percentile interval of a column's type 7 quantile; nil without finite values.
    ///
    /// With more than 16,384 images it is the interval that ever more replicates of single images approach, from the
    /// binomial counts below each value with their normal approximation; no replicates are drawn.
    ///
    /// - Parameters:
    ///   - values: one value per image; those that are not finite are left out.
    ///   - probability: of the quantile, from 0 to 1; 0.5 for the median.
    ///   - level: the interval's confidence; 0.95 by default.
    /// - Returns: the interval, not estimable where all values are equal.
    public func quantileInterval(of values: [Double], probability: Double, level: Double = 0.95) -> Interval? {
        let column = SortedColumn(values, multiplicities.units)
        guard let quantile = Sample(column.values).quantile(probability) else { return nil }
        guard column.values.first != column.values.last else { return .notEstimable(at: quantile, level: level) }
        guard !multiplicities.units.isGrouped else { return column.limitingInterval(probability, level: level) }
        let replicates = (0..<replicates).compactMap { replicate in
            multiplicities.withRow(replicate) { column.quantile(probability, multiplicities: $0) }
        }
        let isDegenerate = column.strata.indices.allSatisfy { column.isConstant(stratum: $0) }
        return ResampledStatistic(estimate: quantile, replicates: replicates, isDegenerate: isDegenerate)
            .percentileInterval(level: level)
    }
}

/// A column's finite values in ascending order, with the slots of their images.
struct SortedColumn {
    let values: [Double]
    let slots: [Int32]
    /// The number of finite values of each class.
    let strata: [Int]
    private let stratumOfSlot: [Int32]

    init(_ values: [Double], _ units: ResamplingUnits) {
        precondition(values.count == units.slotOfImage.count, "a value for each image")
        let pairs = zip(values, units.slotOfImage).filter { $0.0.isFinite }.sorted { $0.0 < $1.0 }
        self.values = pairs.map(\.0)
        slots = pairs.map(\.1)
        stratumOfSlot = units.stratumOfSlot
        var strata = [Int](repeating: 0, count: units.strata.count)
        for slot in slots { strata[Int(stratumOfSlot[Int(slot)])] += 1 }
        self.strata = strata
    }

    /// Whether a class has no two different values.
    func isConstant(stratum: Int) -> Bool {
        let own = zip(values, slots).lazy.filter { stratumOfSlot[Int($0.1)] == Int32(stratum) }.map(\.0)
        guard let first = own.first(where: { _ in true }) else { return true }
        return own.allSatisfy { $0 == first }
    }

    /// The quantile of the values taken as often as their slots were drawn; nil where none was.
    func quantile(_ probability: Double, multiplicities: UnsafeBufferPointer<UInt8>) -> Double? {
        values.withUnsafeBufferPointer { values in
            slots.withUnsafeBufferPointer { slots in
                var total = 0
                for slot in slots { total += Int(multiplicities[Int(slot)]) }
                guard total > 0 else { return nil }
                let position = Double(total - 1) * probability
                let (lower, upper) = (Int(position), min(Int(position) + 1, total - 1))
                var (index, drawn) = (0, Int(multiplicities[Int(slots[0])]))
                while drawn <= lower {
                    index += 1
                    drawn += Int(multiplicities[Int(slots[index])])
                }
                let below = values[index]
                while drawn <= upper {
                    index += 1
                    drawn += Int(multiplicities[Int(slots[index])])
                }
                let fraction = position - Double(lower)
                return fraction == 0 ? below : below * (1 - fraction) + values[index] * fraction
            }
        }
    }

    /// The interval of the quantile over all resamples of single images within classes.
    ///
    /// The resampled value of rank j is at most x where at least j draws are. How many are is a sum over the classes of
    /// binomial counts, with mean r, the rank of x, and variance Σ k(1 − k/n) for k of n values of a class up to x.
    func limitingInterval(_ probability: Double, level: Double) -> Interval {
        let rank = (Double(values.count - 1) * probability).rounded() + 1
        let z = NormalDistribution.quantile(0.5 + level / 2)
        var below = [Double](repeating: 0, count: strata.count)
        var (variance, low, high) = (0.0, values[0], values[values.count - 1])
        var isBelow = true
        for (index, slot) in slots.enumerated() {
            let stratum = Int(stratumOfSlot[Int(slot)])
            let size = Double(strata[stratum])
            // k(1 − k/n) grows by 1 − (2k + 1)/n with the next value.
            variance += 1 - (2 * below[stratum] + 1) / size
            below[stratum] += 1
            let excess = Double(index + 1) - rank + 0.5
            let spread = max(variance, 0).squareRoot()
            if isBelow, excess >= -z * spread { (low, isBelow) = (values[index], false) }
            if excess >= z * spread {
                high = values[index]
                break
            }
        }
        return Interval(low: low, high: high, level: level)
    }
}
