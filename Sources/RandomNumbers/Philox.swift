// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Philox4x32-10: a random number is a function of a key and a counter, and of nothing else.
///
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox: Sendable {
    /// Chooses one of 2⁶⁴ sequences.
    public let key: SIMD2<UInt32>

    /// The generator with `key`.
    @inlinable
    public init(key: SIMD2<UInt32>) { self.key = key }

    /// The four words at `counter`, the first component counting fastest.
    @inlinable
    public func words(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let even = UInt64(x0) &* 0xd251_1f53
            let odd = UInt64(x2) &* 0xcd9e_8d57
            x0 = UInt32(truncatingIfNeeded: odd >> 32) ^ x1 ^ k0
            x1 = UInt32(truncatingIfNeeded: odd)
            x2 = UInt32(truncatingIfNeeded: even >> 32) ^ x3 ^ k1
            x3 = UInt32(truncatingIfNeeded: even)
            k0 &+= 0x9e37_79b9
            k1 &+= 0xbb67_ae85
        }
        return SIMD4(x0, x1, x2, x3)
    }
}
