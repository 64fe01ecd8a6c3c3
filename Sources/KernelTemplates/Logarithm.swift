// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// `ln x`: −∞ at 0, NaN below, correct at ∞, NaN and denormals.
@inlinable @_transparent
func logarithm(_ x: Lanes) -> Lanes {
    let isTiny = x .< 0x1p-126
    let scaled = x.replacing(with: x * 0x1p23, where: isTiny)
    // x = 2ᵏ·m with m in [√½, √2): subtracting √½'s bits rounds the exponent the right way.
    let offset = LaneBits(repeating: 0x3f35_04f3)
    let shifted = scaled.bits &- offset
    let power = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &>> 23
    let f = Lanes(bits: (shifted & 0x007f_ffff) &+ offset) - 1
    let k =
        Lanes(bits: unsafeBitCast(power &+ 0x4b40_0000, to: LaneBits.self)) - 0x1.8p23
        - Lanes(repeating: 0).replacing(with: 23, where: isTiny)
    let y = logarithmOfOnePlus(f, addingTo: k)
    return
        y
        .replacing(with: x, where: x .== Float.infinity)
        .replacing(with: -.infinity, where: x .== 0)
        .replacing(with: .nan, where: (x .< 0) .| (x .!= x))
}

/// `k·ln 2 + ln(1 + f)` for 1 + f in [√½, √2).
@inlinable @_transparent
func logarithmOfOnePlus(_ f: Lanes, addingTo k: Lanes) -> Lanes {
    var p = Lanes(repeating: 0x1.1b3e58p-4)
    p = Lanes(repeating: -0x1.e2e7cep-4).adding(p, times: f)
    p = Lanes(repeating: 0x1.e651a4p-4).adding(p, times: f)
    p = Lanes(repeating: -0x1.fb438ep-4).adding(p, times: f)
    p = Lanes(repeating: 0x1.2332b4p-3).adding(p, times: f)
    p = Lanes(repeating: -0x1.5562ep-3).adding(p, times: f)
    p = Lanes(repeating: 0x1.99a546p-3).adding(p, times: f)
    p = Lanes(repeating: -0x1.ffffeep-3).adding(p, times: f)
    p = Lanes(repeating: 0x1.555546p-2).adding(p, times: f)
    let square = f * f
    // Small terms first: ln 2's low part, the cubic tail, −f²/2, f, and last k times ln 2's exactly representable part.
    var y = (k * 0x1.0bfbe8p-15).adding(square * f, times: p)
    y = y.adding(square, times: Lanes(repeating: -0.5))
    return (f + y).adding(k, times: Lanes(repeating: 0x1.62ep-1))
}

/// `ln(1 + e)` for 0 ≤ e ≤ 1, without cancellation near 0.
@inlinable @_transparent
func logarithmOfOnePlus(unit e: Lanes) -> Lanes {
    // Above √2 − 1 the argument is halved: 1 + e = 2·(1 + (e − 1)/2), exact in both steps for e in [½, 1] and within
    // one rounding below.
    let isLarge = e .> 0x1.a8279ap-2
    let f = e.replacing(with: (e - 1) * 0.5, where: isLarge)
    return logarithmOfOnePlus(f, addingTo: Lanes(repeating: 0).replacing(with: 1, where: isLarge))
}
