// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// The concatenated exponential linear unit: `output ← [elu(x), elu(−x)]`, twice the channels of `x`.
    public func concatenatedELU(_ x: RowView, into output: RowView) {
        precondition(output.rows == x.rows && output.channels == 2 * x.channels, "the output has twice the channels")
        Strips.withBuffers { edge, _, _, _ in
            entries.concatenatedELU(x.kernelRows, output.kernelRows, x.extent(edge: edge))
        }
        withExtendedLifetime((x, output)) {}
    }

    /// The gate of a residual block: `output ← x + p·sigmoid(q)`; `output` may be the view `x`.
    public func gate(_ x: RowView, _ p: RowView, _ q: RowView, into output: RowView) {
        precondition(p.hasShape(of: x) && q.hasShape(of: x) && output.hasShape(of: x), "the views differ in shape")
        Strips.withBuffers { edge, _, _, _ in
            entries.gate(x.kernelRows, p.kernelRows, q.kernelRows, output.kernelRows, x.extent(edge: edge))
        }
        withExtendedLifetime((x, p, q, output)) {}
    }
}
