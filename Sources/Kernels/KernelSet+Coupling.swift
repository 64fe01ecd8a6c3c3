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
        var sum = 0.0
        coupleAffine(z, shift: shift, scale: scale, rowsPerSum: max(z.rows, 1)) { _, part in sum += part }
        return sum
    }

    /// Affine coupling in place, its log-determinants summed over every `rowsPerSum` rows.
    ///
    /// - Parameters:
    ///   - z: What is moved, `z ← (z + shift)·sigmoid(scale + 2)`; a whole number of groups of rows.
    ///   - shift: Added; a view of the shape of `z`.
    ///   - scale: Decides the factor; a view of the shape of `z`.
    ///   - rowsPerSum: Rows of one sum, such as a line of an image.
    ///   - receive: Called with each group's number and its `Σ ln sigmoid(scale + 2)`, summed in Double in a fixed
    ///     order.
    public func coupleAffine(
        _ z: RowView,
        shift: RowView,
        scale: RowView,
        rowsPerSum: Int,
        _ receive: (_ group: Int, _ sum: Double) -> Void
    ) {
        precondition(shift.hasShape(of: z) && scale.hasShape(of: z), "the views differ in shape")
        precondition(rowsPerSum > 0 && z.rows % rowsPerSum == 0, "\(z.rows) rows are no groups of \(rowsPerSum)")
        Strips.withBuffers { x, t, s, logDeterminants in
            var (reader, writer) = (RowCursor(z), RowCursor(z))
            var (shifts, scales) = (RowCursor(shift), RowCursor(scale))
            for group in 0..<z.rows / rowsPerSum {
                var sum = FixedOrderSum()
                Strips.forEach(rowsPerSum * z.channels) { count, vectors in
                    reader.read(count, into: x)
                    shifts.read(count, into: t)
                    scales.read(count, into: s)
                    entries.coupleAffine(x, t, s, logDeterminants, vectors)
                    writer.write(count, from: x)
                    sum.add(count, of: logDeterminants)
                }
                receive(group, sum.total)
            }
        }
    }

    /// The inverse of `coupleAffine`, in place: `z ← z / sigmoid(scale + 2) − shift`.
    public func uncoupleAffine(_ z: RowView, shift: RowView, scale: RowView) {
        precondition(shift.hasShape(of: z) && scale.hasShape(of: z), "the views differ in shape")
        Strips.withBuffers { x, t, s, _ in
            var (reader, writer) = (RowCursor(z), RowCursor(z))
            var (shifts, scales) = (RowCursor(shift), RowCursor(scale))
            Strips.forEach(z) { count, vectors in
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
