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
        var (x, k) = (counter, key)
        for _ in 0..<10 {
            let even = UInt64(x.x) * 0xd251_1f53
            let odd = UInt64(x.z) * 0xcd9e_8d57
            x = SIMD4(
                UInt32(truncatingIfNeeded: odd >> 32) ^ x.y ^ k.x,
                UInt32(truncatingIfNeeded: odd),
                UInt32(truncatingIfNeeded: even >> 32) ^ x.w ^ k.y,
                UInt32(truncatingIfNeeded: even)
            )
            k &+= SIMD2(0x9e37_79b9, 0xbb67_ae85)
        }
        return x
    }
}
