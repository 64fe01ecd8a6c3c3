// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport

extension SplitMix64 {
    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    /// A duration in nanoseconds, most of them near `low`.
    mutating func nanoseconds(_ low: Double, _ high: Double) -> Int64 {
        let uniform = Double.random(in: 0..<1, using: &self)
        return Int64((low + (high - low) * uniform * uniform * uniform) * 1e9)
    }
}
