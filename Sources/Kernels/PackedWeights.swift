// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Weights and bias of a convolution, laid out for the kernels.
///
/// The layout is the same for every instruction set: panels of sixteen columns, each [row][16], the last one filled up
/// with zeros; for Winograd's convolution, panels of several matrices. Made by `ConvolutionPlan.pack`; training writes
/// new weights into them between passes.
public struct PackedWeights: Sendable {
    /// Rows of the weight matrix: one per product of a chain.
    let rows: Int
    /// Columns of the weight matrix.
    let columns: Int
    let panels: AlignedBuffer
    let bias: AlignedBuffer

    /// Takes panels, and a bias of zeros.
    init(rows: Int, columns: Int, panels: AlignedBuffer) {
        self.rows = rows
        self.columns = columns
        self.panels = panels
        // The bias of a convolution with few outputs is shorter than its columns, hence at least one vector.
        bias = AlignedBuffer(count: (columns + 15) / 16 * 16)
    }
}
