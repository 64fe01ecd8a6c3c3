// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Backward of a rectified convolution, in place: the gradient where the output is positive, zero elsewhere.
@inlinable @_transparent
public func rectifyBackwardBody(_ gradient: KernelRows, _ output: KernelRows, _ extent: KernelExtent) {
    for row in 0..<extent.rows {
        let (target, y) = (gradient.first + row * gradient.stride, output.first + row * output.stride)
        for channel in stride(from: 0, to: extent.channels, by: 16) {
            let dy = Lanes(at: target + channel)
            let masked = Lanes.zero.replacing(with: dy, where: Lanes(at: y + channel) .> 0)
            masked.store(at: target + channel, first: extent.channels - channel, extent.edge)
        }
    }
}

/// Backward of `output = [elu(x), elu(−x)]`, whose slopes follow from the output: 1 where it is positive, output + 1
/// elsewhere.
@inlinable @_transparent
public func concatenatedELUBackwardBody(
    _ gradient: KernelRows,
    activated: KernelRows,
    dx: KernelRows,
    accumulates: Bool,
    extent: KernelExtent
) {
    for row in 0..<extent.rows {
        let (upper, y) = (gradient.first + row * gradient.stride, activated.first + row * activated.stride)
        let (lower, negativeY) = (upper + extent.channels, y + extent.channels)
        let target = dx.first + row * dx.stride
        for channel in stride(from: 0, to: extent.channels, by: 16) {
            let (a, b) = (Lanes(at: y + channel), Lanes(at: negativeY + channel))
            let (da, db) = (Lanes(at: upper + channel), Lanes(at: lower + channel))
            let one = Lanes(repeating: 1)
            let slopes = ((a + 1).replacing(with: one, where: a .> 0), (b + 1).replacing(with: one, where: b .> 0))
            var sum = da * slopes.0 - db * slopes.1
            if accumulates { sum += Lanes(at: target + channel) }
            sum.store(at: target + channel, first: extent.channels - channel, extent.edge)
        }
    }
}

/// Backward of `y = x + p·sigmoid(q)` for p and q, given dy.
@inlinable @_transparent
public func gateBackwardBody(
    _ dy: KernelRows,
    p: KernelRows,
    q: KernelRows,
    dp: KernelRows,
    dq: KernelRows,
    extent: KernelExtent
) {
    for row in 0..<extent.rows {
        let (dy, p, q) = (dy.first + row * dy.stride, p.first + row * p.stride, q.first + row * q.stride)
        let (dp, dq) = (dp.first + row * dp.stride, dq.first + row * dq.stride)
        for channel in stride(from: 0, to: extent.channels, by: 16) {
            let open = sigmoid(Lanes(at: q + channel))
            let gradient = Lanes(at: dy + channel)
            let shift = gradient * open
            let gate = shift * Lanes(at: p + channel) * (1 - open)
            let count = extent.channels - channel
            shift.store(at: dp + channel, first: count, extent.edge)
            gate.store(at: dq + channel, first: count, extent.edge)
        }
    }
}

/// Backward of an affine coupling z' = (z + t)·s, s = sigmoid(r + 2), where the loss also holds −weight·Σ ln s.
///
/// dz' becomes dz, which is dt too; dr = (1 − s)·(dz'·z' − weight), as s' = s·(1 − s).
@inlinable @_transparent
public func coupleAffineBackwardBody(
    _ gradient: UnsafeMutablePointer<Float>,
    coupled: UnsafePointer<Float>,
    scale: UnsafePointer<Float>,
    weight: Float,
    scaleGradient: UnsafeMutablePointer<Float>,
    vectors: Int
) {
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let s = sigmoid(Lanes(at: scale + index) + 2)
        let dy = Lanes(at: gradient + index)
        let product = dy * Lanes(at: coupled + index) - Lanes(repeating: weight)
        (product * (1 - s)).store(at: scaleGradient + index)
        (dy * s).store(at: gradient + index)
    }
}

/// Backward of ε = (z − mean)·e^−logScale under the loss weight·Σ(½ε² + logScale).
///
/// dz = weight·ε·e^−logScale, of which the mean's gradient is the opposite; that of logScale is weight·(1 − ε²).
@inlinable @_transparent
public func standardizeBackwardBody(
    _ epsilon: UnsafePointer<Float>,
    logScale: UnsafePointer<Float>,
    weight: Float,
    dz: UnsafeMutablePointer<Float>,
    logScaleGradient: UnsafeMutablePointer<Float>,
    vectors: Int
) {
    let weight = Lanes(repeating: weight)
    for index in stride(from: 0, to: vectors * 16, by: 16) {
        let e = Lanes(at: epsilon + index)
        (weight * e * exponential(-Lanes(at: logScale + index))).store(at: dz + index)
        (weight * (1 - e * e)).store(at: logScaleGradient + index)
    }
}
