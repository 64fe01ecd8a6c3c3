// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// `1 / (1 + e⁻ˣ)`, without overflow on either side.
@inlinable @_transparent
func sigmoid(_ x: Lanes) -> Lanes {
    let e = exponential(-x.magnitudes)
    return Lanes(repeating: 1).replacing(with: e, where: x .< 0) / (1 + e)
}

/// `ln(1 / (1 + e⁻ˣ)) = min(x, 0) − ln(1 + e^−|x|)`.
@inlinable @_transparent
func logSigmoid(_ x: Lanes) -> Lanes {
    let tail = logarithmOfOnePlus(unit: exponential(-x.magnitudes))
    return x.replacing(with: 0, where: x .> 0) - tail
}

/// `ln(1 + eˣ)`.
@inlinable @_transparent
func softplus(_ x: Lanes) -> Lanes { -logSigmoid(-x) }

/// The hyperbolic tangent: a polynomial near 0, `1 − 2/(e^2|x| + 1)` elsewhere.
@inlinable @_transparent
func hyperbolicTangent(_ x: Lanes) -> Lanes {
    let magnitude = x.magnitudes
    let square = x * x
    var p = Lanes(repeating: -0x1.76abf4p-8)
    p = Lanes(repeating: 0x1.5256cep-6).adding(p, times: square)
    p = Lanes(repeating: -0x1.b84448p-5).adding(p, times: square)
    p = Lanes(repeating: 0x1.110768p-3).adding(p, times: square)
    p = Lanes(repeating: -0x1.555534p-2).adding(p, times: square)
    let near = magnitude.adding(magnitude * square, times: p)
    let far = 1 - 2 / (exponential(2 * magnitude) + 1)
    let unsigned = near.replacing(with: far, where: magnitude .> 0.625)
    return Lanes(bits: unsigned.bits | (x.bits & 0x8000_0000))
}

/// The exponential linear unit: x where positive, `eˣ − 1` elsewhere.
@inlinable @_transparent
func exponentialLinear(_ x: Lanes) -> Lanes {
    exponentialMinusOne(nonPositive: x.replacing(with: 0, where: x .> 0)).replacing(with: x, where: x .> 0)
}
