// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Sixteen floats: the one width every kernel is written at.
///
/// The compiler splits it into what the instruction set has (one zmm, two ymm, four xmm), lane by lane, so the
/// arithmetic of each lane never depends on the instruction set.
@usableFromInline
typealias Lanes = SIMD16<Float>

/// Sixteen bit patterns, lane for lane those of `Lanes`.
@usableFromInline
typealias LaneBits = SIMD16<UInt32>

extension Lanes {
    /// Reads sixteen floats from any float-aligned address.
    @inlinable @_transparent
    init(at address: UnsafePointer<Float>) {
        self = UnsafeRawPointer(address).loadUnaligned(as: Lanes.self)
    }

    /// Writes sixteen floats to any float-aligned address.
    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: self, as: Lanes.self)
    }

    /// `self + a·b` with one rounding.
    @inlinable @_transparent
    func adding(_ a: Lanes, times b: Lanes) -> Lanes {
        self.addingProduct(a, b)
    }

    /// The bit patterns of the lanes.
    @inlinable @_transparent
    var bits: LaneBits { unsafeBitCast(self, to: LaneBits.self) }

    /// Lanes with the given bit patterns.
    @inlinable @_transparent
    init(bits: LaneBits) { self = unsafeBitCast(bits, to: Lanes.self) }

    /// The lanes, negative ones replaced by zero; NaN stays NaN.
    @inlinable @_transparent
    var rectified: Lanes { self.replacing(with: 0, where: self .< 0) }

    /// The lanes without their signs.
    @inlinable @_transparent
    var magnitudes: Lanes { Lanes(bits: bits & 0x7fff_ffff) }
}
