// BitSweep
// SPDX-License-Identifier: Apache-2.0

// Each body spells out its loop: a shared one, taking the function as a closure, would leave weak functions in the
// modules compiled for one instruction set.

/// `eˣ` of `vectors` vectors.
@inlinable @_transparent
public func exponentialBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        exponential(Lanes(at: x + index)).store(at: output + index)
    }
}

/// `ln x` of `vectors` vectors.
@inlinable @_transparent
public func logarithmBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        logarithm(Lanes(at: x + index)).store(at: output + index)
    }
}

/// `tanh x` of `vectors` vectors.
@inlinable @_transparent
public func hyperbolicTangentBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        hyperbolicTangent(Lanes(at: x + index)).store(at: output + index)
    }
}

/// `1 / (1 + e⁻ˣ)` of `vectors` vectors.
@inlinable @_transparent
public func sigmoidBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        sigmoid(Lanes(at: x + index)).store(at: output + index)
    }
}

/// `ln(1 / (1 + e⁻ˣ))` of `vectors` vectors.
@inlinable @_transparent
public func logSigmoidBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        logSigmoid(Lanes(at: x + index)).store(at: output + index)
    }
}

/// `ln(1 + eˣ)` of `vectors` vectors.
@inlinable @_transparent
public func softplusBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        softplus(Lanes(at: x + index)).store(at: output + index)
    }
}

/// X where positive, `eˣ − 1` elsewhere of `vectors` vectors.
@inlinable @_transparent
public func exponentialLinearBody(_ x: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ vectors: Int) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        exponentialLinear(Lanes(at: x + index)).store(at: output + index)
    }
}

/// Sine and cosine of `vectors` vectors of turns.
@inlinable @_transparent
public func sineAndCosineBody(
    _ turns: UnsafePointer<Float>,
    _ sine: UnsafeMutablePointer<Float>,
    _ cosine: UnsafeMutablePointer<Float>,
    _ vectors: Int
) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let both = sineAndCosine(turns: Lanes(at: turns + index))
        both.sine.store(at: sine + index)
        both.cosine.store(at: cosine + index)
    }
}
