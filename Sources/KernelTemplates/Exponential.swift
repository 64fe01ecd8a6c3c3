// BitSweep
// SPDX-License-Identifier: Apache-2.0

// Polynomials here and in the neighbouring files were fitted by iteratively reweighted least squares in 40-digit
// arithmetic and rounded to Float; their error is far below the last place. libm is never called: its results differ
// between machines.

/// An exponential taken apart: `eˣ = 2ᵏ·(1 + fraction)` with |fraction| < ½.
@usableFromInline
struct ScaledExponential {
    /// k, as two's complement bits.
    @usableFromInline let power: SIMD16<Int32>
    /// `e^(x − k·ln 2) − 1`.
    @usableFromInline let fraction: Lanes

    /// Takes apart `eˣ` for |x| below 2¹⁶.
    @inlinable @_transparent
    init(_ x: Lanes) {
        // Adding 1.5·2²³ leaves the nearest integer in the low bits, on every instruction set alike.
        let shifter = Lanes(repeating: 0x1.8p23)
        let shifted = shifter.adding(x, times: Lanes(repeating: 0x1.715476p+0))
        let k = shifted - shifter
        power = unsafeBitCast(shifted.bits &- shifter.bits, to: SIMD16<Int32>.self)
        let r = x.adding(k, times: Lanes(repeating: -0x1.62e43p-1)).adding(k, times: Lanes(repeating: 0x1.05c61p-29))
        var p = Lanes(repeating: 0x1.a1a602p-13)
        p = Lanes(repeating: 0x1.6d7b94p-10).adding(p, times: r)
        p = Lanes(repeating: 0x1.11108cp-7).adding(p, times: r)
        p = Lanes(repeating: 0x1.5554a6p-5).adding(p, times: r)
        p = Lanes(repeating: 0x1.555556p-3).adding(p, times: r)
        p = Lanes(repeating: 0.5).adding(p, times: r)
        fraction = r.adding(p, times: r * r)
    }
}

/// `2ᵏ` for −126 ≤ k ≤ 127.
@inlinable @_transparent
func powerOfTwo(_ k: SIMD16<Int32>) -> Lanes {
    Lanes(bits: unsafeBitCast((k &+ 127) &<< 23, to: LaneBits.self))
}

/// `eˣ`: correct at ±∞ and NaN, denormal results included.
@inlinable @_transparent
func exponential(_ x: Lanes) -> Lanes {
    let clamped = x.replacing(with: 89, where: x .> 89).replacing(with: -104, where: x .< -104)
    let parts = ScaledExponential(clamped)
    // Two factors, since 2ᵏ itself may overflow or be denormal where the product is not.
    let half = parts.power &>> 1
    return (1 + parts.fraction) * powerOfTwo(half) * powerOfTwo(parts.power &- half)
}

/// `eˣ − 1` for x ≤ 0, without cancellation near 0.
@inlinable @_transparent
func exponentialMinusOne(nonPositive x: Lanes) -> Lanes {
    let parts = ScaledExponential(x.replacing(with: -30, where: x .< -30))
    let scale = powerOfTwo(parts.power)
    return (scale - 1).adding(scale, times: parts.fraction)
}
