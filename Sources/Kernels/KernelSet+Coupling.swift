// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// Affine coupling in place: `z ← (z + shift)·sigmoid(scale + 2)`.
    ///
    /// The views have one shape. Call it once per image to get the image's own log-determinant.
    ///
    /// - Returns: `Σ ln sigmoid(scale + 2)`, summed in Double in a fixed order.
    public func coupleAffine(_ z: RowView, shift: RowView, scale: RowView) -> Double {
        precondition(shift.hasShape(of: z) && scale.hasShape(of: z), "the views differ in shape")
        return Chunks.withBuffers { x, t, s, logDeterminants in
            var (reader, writer) = (RowCursor(z), RowCursor(z))
            var (shifts, scales) = (RowCursor(shift), RowCursor(scale))
            var sum = FixedOrderSum()
            Chunks.forEach(z) { count, vectors in
                reader.read(count, into: x)
                shifts.read(count, into: t)
                scales.read(count, into: s)
                entries.coupleAffine(x, t, s, logDeterminants, vectors)
                writer.write(count, from: x)
                sum.add(count) { Double(logDeterminants[$0]) }
            }
            return sum.total
        }
    }

    /// The inverse of `coupleAffine`, in place: `z ← z / sigmoid(scale + 2) − shift`.
    public func uncoupleAffine(_ z: RowView, shift: RowView, scale: RowView) {
        precondition(shift.hasShape(of: z) && scale.hasShape(of: z), "the views differ in shape")
        Chunks.withBuffers { x, t, s, _ in
            var (reader, writer) = (RowCursor(z), RowCursor(z))
            var (shifts, scales) = (RowCursor(shift), RowCursor(scale))
            Chunks.forEach(z) { count, vectors in
                reader.read(count, into: x)
                shifts.read(count, into: t)
                scales.read(count, into: s)
                entries.uncoupleAffine(x, t, s, vectors)
                writer.write(count, from: x)
            }
        }
    }

    /// Adds `other` to `z` element by element: additive coupling, or a residual.
    public func add(_ other: RowView, to z: RowView) { combine(z, other) { $0 + $1 } }

    /// Subtracts `other` from `z` element by element: the inverse of `add`.
    public func subtract(_ other: RowView, from z: RowView) { combine(z, other) { $0 - $1 } }

    @inline(__always)
    private func combine(_ z: RowView, _ other: RowView, _ operation: (Float, Float) -> Float) {
        precondition(other.hasShape(of: z), "the views differ in shape")
        for row in 0..<z.rows {
            let (target, source) = (z.pointer + row * z.stride, other.pointer + row * other.stride)
            for channel in 0..<z.channels { target[channel] = operation(target[channel], source[channel]) }
        }
    }
}
