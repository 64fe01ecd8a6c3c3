// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// The concatenated exponential linear unit: `output ← [elu(x), elu(−x)]`, twice the channels of `x`.
    public func concatenatedELU(_ x: RowView, into output: RowView) {
        precondition(output.rows == x.rows && output.channels == 2 * x.channels, "the output has twice the channels")
        Chunks.withBuffers { positive, negative, _, _ in
            var reader = RowCursor(x)
            var upper = RowCursor(output.channels(0..<x.channels))
            var lower = RowCursor(output.channels(x.channels..<2 * x.channels))
            Chunks.forEach(x) { count, vectors in
                reader.read(count, into: positive)
                for index in 0..<count { negative[index] = -positive[index] }
                entries.exponentialLinear(positive, positive, vectors)
                entries.exponentialLinear(negative, negative, vectors)
                upper.write(count, from: positive)
                lower.write(count, from: negative)
            }
        }
    }

    /// The gate of a residual block: `output ← x + p·sigmoid(q)`; `output` may be the view `x`.
    public func gate(_ x: RowView, _ p: RowView, _ q: RowView, into output: RowView) {
        precondition(p.hasShape(of: x) && q.hasShape(of: x) && output.hasShape(of: x), "the views differ in shape")
        Chunks.withBuffers { a, b, c, _ in
            var (first, second, third) = (RowCursor(x), RowCursor(p), RowCursor(q))
            var writer = RowCursor(output)
            Chunks.forEach(x) { count, vectors in
                first.read(count, into: a)
                second.read(count, into: b)
                third.read(count, into: c)
                entries.gate(a, b, c, a, vectors)
                writer.write(count, from: a)
            }
        }
    }
}
