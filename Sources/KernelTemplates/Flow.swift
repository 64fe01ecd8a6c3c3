// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Affine coupling, forward: `z ← (z + shift)·sigmoid(scale + 2)` and `logDeterminants ← ln sigmoid(scale + 2)`.
@inlinable @_transparent
public func coupleAffineBody(
    _ z: UnsafeMutablePointer<Float>,
    shift: UnsafePointer<Float>,
    scale: UnsafePointer<Float>,
    logDeterminants: UnsafeMutablePointer<Float>,
    vectors: Int
) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let x = Lanes(at: scale + index) + 2
        ((Lanes(at: z + index) + Lanes(at: shift + index)) * sigmoid(x)).store(at: z + index)
        logSigmoid(x).store(at: logDeterminants + index)
    }
}

/// Affine coupling, inverse: `z ← z / sigmoid(scale + 2) − shift`.
@inlinable @_transparent
public func uncoupleAffineBody(
    _ z: UnsafeMutablePointer<Float>,
    shift: UnsafePointer<Float>,
    scale: UnsafePointer<Float>,
    vectors: Int
) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let s = sigmoid(Lanes(at: scale + index) + 2)
        (Lanes(at: z + index) / s - Lanes(at: shift + index)).store(at: z + index)
    }
}

/// Standardises a Gaussian: `output = (z − mean)·e^−logScale`.
@inlinable @_transparent
public func standardizeBody(
    _ z: UnsafePointer<Float>,
    mean: UnsafePointer<Float>,
    logScale: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>,
    vectors: Int
) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let inverseScale = exponential(-Lanes(at: logScale + index))
        ((Lanes(at: z + index) - Lanes(at: mean + index)) * inverseScale).store(at: output + index)
    }
}

/// Undoes the standardisation: `output = mean + factor·epsilon·e^logScale`.
@inlinable @_transparent
public func unstandardizeBody(
    _ epsilon: UnsafePointer<Float>,
    mean: UnsafePointer<Float>,
    logScale: UnsafePointer<Float>,
    factor: Float,
    output: UnsafeMutablePointer<Float>,
    vectors: Int
) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let scale = exponential(Lanes(at: logScale + index))
        let scaled = Lanes(at: epsilon + index) * Lanes(repeating: factor)
        Lanes(at: mean + index).adding(scaled, times: scale).store(at: output + index)
    }
}
