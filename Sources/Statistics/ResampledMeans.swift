// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The mean of a column over all images and over each class, with what became of them in each replicate.
public struct ResampledMeans: Sendable {
    /// The mean over all finite values; nil when there are none.
    public let overall: ResampledStatistic?
    /// Of each class with finite values, what they are and by how much its mean differs in each replicate.
    private let byLabel: [Int: (moments: UnitColumn.Moments, deviations: [Double])]

    /// The mean over the finite values of a class; nil when there are none.
    ///
    /// - Complexity: B log B for B replicates, each time.
    public subscript(label: Int) -> ResampledStatistic? {
        byLabel[label].map { Self.statistic($0.moments, $0.deviations) }
    }

    init(_ column: UnitColumn, _ multiplicities: Multiplicities) {
        var byLabel: [Int: (moments: UnitColumn.Moments, deviations: [Double])] = [:]
        var total = UnitColumn.Moments()
        var deviations = [Double](repeating: 0, count: multiplicities.replicates)
        let count = Double(column.strata.reduce(0) { $0 + $1.count })
        for (stratum, moments) in zip(multiplicities.units.strata, column.strata) where moments.count > 0 {
            let own = Self.deviations(of: column, stratum, moments, multiplicities)
            let share = Double(moments.count) / count
            for replicate in deviations.indices { deviations[replicate] += share * own[replicate] }
            total.add(moments, share: share)
            byLabel[stratum.label] = (moments, own)
        }
        self.byLabel = byLabel
        overall = total.count > 0 ? Self.statistic(total, deviations) : nil
    }

    private static func statistic(_ moments: UnitColumn.Moments, _ deviations: [Double]) -> ResampledStatistic {
        ResampledStatistic(
            estimate: moments.mean,
            replicates: deviations.map { moments.mean + $0 },
            acceleration: ResampledStatistic.acceleration(squares: moments.squares, cubes: moments.cubes),
            isDegenerate: moments.isDegenerate
        )
    }

    /// By how much a class's mean differs from that of the data, in each replicate.
    private static func deviations(
        of column: UnitColumn,
        _ stratum: ResamplingUnits.Stratum,
        _ moments: UnitColumn.Moments,
        _ multiplicities: Multiplicities
    ) -> [Double] {
        let sums = multiplicities.weightedSums(column.deviations, of: stratum)
        guard let sizes = column.sizes else { return sums.map { $0 / Double(moments.count) } }
        let weights = multiplicities.weightedSums(sizes, of: stratum)
        // A replicate may draw none of a few finite values: it then says nothing against the mean of the data.
        return zip(sums, weights).map { $1 > 0 ? $0 / $1 : 0 }
    }
}

/// A column's values added up by resampling unit.
struct UnitColumn {
    /// What the finite values of a class are, or of all classes about their own means.
    struct Moments {
        var count = 0
        var mean = 0.0
        /// Σ(x − mean of its class)².
        var squares = 0.0
        /// Σ(x − mean of its class)³.
        var cubes = 0.0
        /// Whether no class has two different values.
        var isDegenerate = true

        /// Adds a class that has a share of all values.
        mutating func add(_ other: Moments, share: Double) {
            count += other.count
            mean += share * other.mean
            squares += other.squares
            cubes += other.cubes
            isDegenerate = isDegenerate && other.isDegenerate
        }
    }

    /// For each slot, the sum of the deviations of its values from their class's mean.
    let deviations: [Double]
    /// For each slot, its number of finite values; nil where that is 1 in all slots that belong to an image.
    let sizes: [Double]?
    /// The classes, in the order of the units'.
    let strata: [Moments]

    init(_ values: [Double], _ units: ResamplingUnits) {
        var sums = [Double](repeating: 0, count: units.slotCount)
        var sizes = sums
        var strata = [Moments](repeating: Moments(), count: units.strata.count)
        for (value, slot) in zip(values, units.slotOfImage) where value.isFinite {
            sums[Int(slot)] += value
            sizes[Int(slot)] += 1
        }
        for (index, stratum) in units.strata.enumerated() {
            strata[index].count = Int(sizes[stratum.slots].reduce(0, +))
            strata[index].mean = sums[stratum.slots].reduce(0, +) / max(1, sizes[stratum.slots].reduce(0, +))
        }
        var first = [Double](repeating: .nan, count: strata.count)
        for (value, slot) in zip(values, units.slotOfImage) where value.isFinite {
            let index = Int(units.stratumOfSlot[Int(slot)])
            let deviation = value - strata[index].mean
            strata[index].squares += deviation * deviation
            strata[index].cubes += deviation * deviation * deviation
            if first[index].isNaN { first[index] = value }
            if value != first[index] { strata[index].isDegenerate = false }
        }
        for slot in sums.indices { sums[slot] -= sizes[slot] * strata[Int(units.stratumOfSlot[slot])].mean }
        let isPlain = !units.isGrouped && strata.reduce(0) { $0 + $1.count } == values.count
        (deviations, self.sizes, self.strata) = (sums, isPlain ? nil : sizes, strata)
    }
}
