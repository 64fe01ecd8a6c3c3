// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import Vocabulary

/// The figures of a group of images as tables show them.
struct FigureTexts {
    let count: String
    let mean: String
    let deviation: String
    let lowerQuartile: String
    let median: String
    let upperQuartile: String
    /// The mean change with half of its 95 % interval.
    let change: String
    let raised: String
    let nonFinite: Int

    init(_ group: CellSummary.Group?, of cell: SummarisedCell, _ signs: ScreenSigns) {
        let summary = group?.summary
        count = HumanText.count(summary?.totalCount ?? 0)
        mean = Self.figure(summary?.mean)
        deviation = Self.figure(summary?.standardDeviation)
        lowerQuartile = Self.figure(summary?.lowerQuartile)
        median = Self.figure(summary?.median)
        upperQuartile = Self.figure(summary?.upperQuartile)
        nonFinite = summary?.nonFiniteCount ?? 0
        // From itself nothing changes.
        let difference = cell.spec.transform == .identity ? nil : group?.difference
        change =
            difference?.mean.map { mean in
                let signed = Self.figure(mean, signed: true)
                return difference?.halfWidth.map { "\(signed) \(signs.plusMinus)\(Self.figure($0))" }
                    ?? signed
            } ?? HumanText.absent
        raised = difference?.raisedShare.map { "\(HumanText.fixed(100 * $0, decimals: 1)) %" } ?? HumanText.absent
    }

    /// A value with so many decimals, fewer where it is great, or with three digits and a power of ten where it is huge.
    static func figure(_ value: Double?, decimals: Int = 4, signed: Bool = false) -> String {
        guard let value, value.isFinite, abs(value) >= 100 else {
            return HumanText.fixed(value, decimals: decimals, signed: signed)
        }
        guard abs(value) >= 10_000 else { return HumanText.fixed(value, decimals: min(2, decimals), signed: signed) }
        return HumanText.scientific(value, signed: signed)
    }
}
