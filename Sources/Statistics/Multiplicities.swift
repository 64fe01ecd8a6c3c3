// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How often each unit is drawn in each replicate: a byte for each, made once and shared by all columns of a slice.
struct Multiplicities: Sendable {
    let units: ResamplingUnits
    let replicates: Int
    /// Row after row, a replicate each.
    private let counts: [UInt8]

    init(units: ResamplingUnits, seed: UInt64, replicates: Int) {
        self.units = units
        self.replicates = replicates
        counts = [UInt8](unsafeUninitializedCapacity: units.slotCount * replicates) { buffer, count in
            buffer.initialize(repeating: 0)
            count = buffer.count
            for replicate in 0..<replicates {
                for stratum in units.strata {
                    let row = replicate * units.slotCount
                    let slots = row + stratum.slots.lowerBound..<row + stratum.slots.upperBound
                    var draws = ResamplingDraws(seed: seed, replicate: UInt32(replicate), label: stratum.label)
                    draws.tally(UnsafeMutableBufferPointer(rebasing: buffer[slots]))
                }
            }
        }
    }

    /// Hands on the multiplicities of the slots in one replicate.
    func withRow<Result>(_ replicate: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        counts.withUnsafeBufferPointer { counts in
            let first = replicate * units.slotCount
            return body(UnsafeBufferPointer(rebasing: counts[first..<first + units.slotCount]))
        }
    }

    /// Σ multiplicity × value over the slots of a class, for each replicate.
    ///
    /// The order of additions is fixed, eight sums side by side, so that the same data give the same bits everywhere.
    ///
    /// - Parameters:
    ///   - values: a value for each slot; 0 where a slot belongs to no image.
    ///   - stratum: the class.
    /// - Returns: a sum for each replicate.
    func weightedSums(_ values: [Double], of stratum: ResamplingUnits.Stratum) -> [Double] {
        let (first, length) = (stratum.paddedSlots.lowerBound, stratum.paddedSlots.count)
        return [Double](unsafeUninitializedCapacity: replicates) { sums, count in
            counts.withUnsafeBytes { counts in
                values.withUnsafeBytes { values in
                    for replicate in 0..<replicates {
                        let row = replicate * units.slotCount + first
                        var (even, odd) = (SIMD8<Double>(), SIMD8<Double>())
                        var slot = 0
                        while slot + 8 < length {
                            even += Self.product(counts, row + slot, values, first + slot)
                            odd += Self.product(counts, row + slot + 8, values, first + slot + 8)
                            slot += 16
                        }
                        if slot < length { even += Self.product(counts, row + slot, values, first + slot) }
                        sums[replicate] = (even + odd).sum()
                    }
                }
            }
            count = replicates
        }
    }

    @inline(__always)
    private static func product(
        _ counts: UnsafeRawBufferPointer,
        _ row: Int,
        _ values: UnsafeRawBufferPointer,
        _ slot: Int
    ) -> SIMD8<Double> {
        let multiplicity = counts.loadUnaligned(fromByteOffset: row, as: SIMD8<UInt8>.self)
        let value = values.loadUnaligned(fromByteOffset: slot * 8, as: SIMD8<Double>.self)
        return SIMD8<Double>(SIMD8<Int32>(truncatingIfNeeded: multiplicity)) * value
    }
}
