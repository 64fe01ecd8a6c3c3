// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// The instruction sets that this machine can test against the portable one.
let fasterSets = InstructionSet.available.filter { $0 != .portable }

/// Reproducible numbers of a generator that is not the one under test: SplitMix64.
struct Numbers {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

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
