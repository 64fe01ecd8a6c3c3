// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import TestSupport

/// The instruction sets that this machine can test against the portable one.
let fasterSets = InstructionSet.available.filter { $0 != .portable }

/// Reproducible numbers of a generator that is not the one under test.
struct Numbers {
    private var random: SplitMix64

    /// Seeds that follow each other are far apart.
    init(seed: Int) { random = SplitMix64(seed: UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15) }

    mutating func next() -> UInt64 { random.next() }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func float(in range: ClosedRange<Float>) -> Float {
        range.lowerBound + (range.upperBound - range.lowerBound) * Float(next() >> 40) * 0x1p-24
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in float(in: range) }
    }
}

/// Bit patterns, every NaN alike: which NaN an operation returns is left open by IEEE 754.
func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern } }

/// A view of fresh storage that holds `values`, `channels` a row.
func view(_ values: [Float], channels: Int) -> RowView {
    RowView(AlignedBuffer(values), rows: values.count / channels, channels: channels)
}
