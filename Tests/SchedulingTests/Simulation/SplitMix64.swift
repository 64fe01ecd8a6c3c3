// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A small generator with a printable state; good enough to shuffle a simulated world.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    /// A duration in nanoseconds, most of them near `low`.
    mutating func nanoseconds(_ low: Double, _ high: Double) -> Int64 {
        let uniform = Double.random(in: 0..<1, using: &self)
        return Int64((low + (high - low) * uniform * uniform * uniform) * 1e9)
    }
}
