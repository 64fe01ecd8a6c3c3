// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// Backward of a rectified output, in place: the gradient where `output` is positive, zero elsewhere.
    public func rectifyBackward(_ gradient: RowView, output: RowView) {
        precondition(output.hasShape(of: gradient), "the views differ in shape")
        Strips.withBuffers { edge, _, _, _ in
            entries.rectifyBackward(gradient.kernelRows, output.kernelRows, gradient.extent(edge: edge))
        }
        withExtendedLifetime((gradient, output)) {}
    }

    /// Backward of ``concatenatedELU(_:into:)``.
    ///
    /// - Parameters:
    ///   - gradient: That of the output, twice the channels of x.
    ///   - activated: The output, from which the slopes follow.
    ///   - dx: The gradient of x, overwritten, or added to when `accumulating`.
    ///   - accumulating: Whether dx is added to.
    public func concatenatedELUBackward(
        _ gradient: RowView,
        activated: RowView,
        into dx: RowView,
        accumulating: Bool = false
    ) {
        precondition(activated.hasShape(of: gradient), "the views differ in shape")
        precondition(dx.rows == gradient.rows && gradient.channels == 2 * dx.channels, "x has half the channels")
        Strips.withBuffers { edge, _, _, _ in
            let (from, output) = (gradient.kernelRows, activated.kernelRows)
            entries.concatenatedELUBackward(from, output, dx.kernelRows, accumulating, dx.extent(edge: edge))
        }
        withExtendedLifetime((gradient, activated, dx)) {}
    }

    /// Backward of ``gate(_:_:_:into:)`` for p and q; the gradient of x is dy itself.
    public func gateBackward(_ dy: RowView, p: RowView, q: RowView, intoP dp: RowView, q dq: RowView) {
        precondition([p, q, dp, dq].allSatisfy { $0.hasShape(of: dy) }, "the views differ in shape")
        Strips.withBuffers { edge, _, _, _ in
            let (forward, backward) = ((p.kernelRows, q.kernelRows), (dp.kernelRows, dq.kernelRows))
            entries.gateBackward(dy.kernelRows, forward.0, forward.1, backward.0, backward.1, dy.extent(edge: edge))
        }
        withExtendedLifetime((dy, p, q, dp, dq)) {}
    }

    /// Backward of ``coupleAffine(_:shift:scale:)`` under a loss that also holds −`logDeterminantWeight`·Σ ln s.
    ///
    /// - Parameters:
    ///   - dz: The gradient of the coupled z, which becomes that of the uncoupled one.
    ///   - coupled: The coupled z.
    ///   - scale: What the scale was made of: s = sigmoid(scale + 2).
    ///   - logDeterminantWeight: Weight of the log-determinant in the loss.
    ///   - shiftGradient: Overwritten; equal to dz.
    ///   - scaleGradient: Overwritten.
    public func coupleAffineBackward(
        _ dz: RowView,
        coupled: RowView,
        scale: RowView,
        logDeterminantWeight: Float,
        shiftGradient: RowView,
        scaleGradient: RowView
    ) {
        let views = [coupled, scale, shiftGradient, scaleGradient]
        precondition(views.allSatisfy { $0.hasShape(of: dz) }, "the views differ in shape")
        Strips.withBuffers { gradient, z, s, ds in
            var (reader, writer, coupledReader) = (RowCursor(dz), RowCursor(dz), RowCursor(coupled))
            var (scales, shifts, scaleWriter) = (RowCursor(scale), RowCursor(shiftGradient), RowCursor(scaleGradient))
            Strips.forEach(dz) { count, vectors in
                reader.read(count, into: gradient)
                coupledReader.read(count, into: z)
                scales.read(count, into: s)
                entries.coupleAffineBackward(gradient, z, s, logDeterminantWeight, ds, vectors)
                writer.write(count, from: gradient)
                shifts.write(count, from: gradient)
                scaleWriter.write(count, from: ds)
            }
        }
    }

    /// Backward of ``standardize(_:mean:logScale:into:)`` under the loss `weight`·Σ(½ε² + logScale).
    ///
    /// - Parameters:
    ///   - latents: ε.
    ///   - logScale: As it was in the forward direction.
    ///   - weight: Weight of the terms in the loss.
    ///   - dz: Overwritten.
    ///   - mean: Overwritten by the mean's gradient, −dz.
    ///   - logScaleGradient: Overwritten.
    public func standardizeBackward(
        _ latents: RowView,
        logScale: RowView,
        weight: Float,
        into dz: RowView,
        mean: RowView,
        logScaleGradient: RowView
    ) {
        let views = [logScale, dz, mean, logScaleGradient]
        precondition(views.allSatisfy { $0.hasShape(of: latents) }, "the views differ in shape")
        Strips.withBuffers { e, s, gradient, ds in
            var (reader, scales, writer) = (RowCursor(latents), RowCursor(logScale), RowCursor(dz))
            var (means, scaleWriter) = (RowCursor(mean), RowCursor(logScaleGradient))
            Strips.forEach(latents) { count, vectors in
                reader.read(count, into: e)
                scales.read(count, into: s)
                entries.standardizeBackward(e, s, weight, gradient, ds, vectors)
                writer.write(count, from: gradient)
                for index in 0..<count { gradient[index] = -gradient[index] }
                means.write(count, from: gradient)
                scaleWriter.write(count, from: ds)
            }
        }
    }
}
