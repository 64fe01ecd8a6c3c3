// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Sine and cosine of `turns` full turns, 0 ≤ turns ≤ 1.
///
/// Turns instead of radians make the reduction to an eighth of a turn exact.
@inlinable @_transparent
func sineAndCosine(turns: Lanes) -> (sine: Lanes, cosine: Lanes) {
    let shifter = Lanes(repeating: 0x1.8p23)
    let shifted = shifter.adding(turns, times: Lanes(repeating: 4))
    let quadrant = shifted.bits & 3
    let r = turns.adding(shifted - shifter, times: Lanes(repeating: -0.25))
    let square = r * r
    let (sine, cosine) = (shortSine(r, square), shortCosine(square))

    let isOdd = (quadrant & 1) .== 1
    let s = sine.replacing(with: cosine, where: isOdd)
    let c = cosine.replacing(with: sine, where: isOdd)
    // The sine is negative in quadrants 2 and 3, the cosine in 1 and 2: bit 1 of the quadrant, or of the next one.
    let sineSign = (quadrant & 2) &<< 30
    let cosineSign = ((quadrant &+ 1) & 2) &<< 30
    return (Lanes(bits: s.bits ^ sineSign), Lanes(bits: c.bits ^ cosineSign))
}

/// `sin 2πr` for |r| ≤ ⅛, with 2π in two parts.
@inlinable @_transparent
func shortSine(_ r: Lanes, _ square: Lanes) -> Lanes {
    var p = Lanes(repeating: 0x1.4be68ep+5)
    p = Lanes(repeating: -0x1.32cb24p+6).adding(p, times: square)
    p = Lanes(repeating: 0x1.466bbcp+6).adding(p, times: square)
    p = Lanes(repeating: -0x1.4abbcep+5).adding(p, times: square)
    p = Lanes(repeating: -0x1.777a5cp-23).adding(p, times: square)
    return (r * p).adding(r, times: Lanes(repeating: 0x1.921fb6p+2))
}

/// `cos 2πr` for |r| ≤ ⅛.
@inlinable @_transparent
func shortCosine(_ square: Lanes) -> Lanes {
    var p = Lanes(repeating: -0x1.a10852p+4)
    p = Lanes(repeating: 0x1.e1e85cp+5).adding(p, times: square)
    p = Lanes(repeating: -0x1.55d3bcp+6).adding(p, times: square)
    p = Lanes(repeating: 0x1.03c1fp+6).adding(p, times: square)
    p = Lanes(repeating: -0x1.3bd3ccp+4).adding(p, times: square)
    return Lanes(repeating: 1).adding(p, times: square)
}
