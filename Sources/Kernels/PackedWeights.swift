// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Weights and bias of a convolution, laid out for the kernels.
///
/// The layout is the same for every instruction set: panels of sixteen columns, each [row][16], the last one filled up
/// with zeros; by tiles, panels of several matrices. Made once, by `ConvolutionPlan.pack`.
public struct PackedWeights: Sendable {
    /// Rows of the weight matrix: one per product of a chain.
    let rows: Int
    /// Columns of the weight matrix.
    let columns: Int
    let panels: AlignedBuffer
    let bias: AlignedBuffer

    /// Takes panels that are packed already, and the bias.
    init(rows: Int, columns: Int, panels: AlignedBuffer, bias: [Float]) {
        self.rows = rows
        self.columns = columns
        self.panels = panels
        // The bias of a convolution with few outputs is shorter than its columns, hence at least one vector.
        self.bias = AlignedBuffer(count: (columns + 15) / 16 * 16)
        self.bias.copy(bias)
    }

    /// Packs the matrix whose element (row, column) is `element(row, column)`.
    init(rows: Int, columns: Int, bias: [Float], element: (_ row: Int, _ column: Int) -> Float) {
        let panels = AlignedBuffer(count: (columns + 15) / 16 * rows * 16)
        for column in 0..<columns {
            let panel = panels.pointer + column / 16 * rows * 16 + column % 16
            for row in 0..<rows { panel[row * 16] = element(row, column) }
        }
        self.init(rows: rows, columns: columns, panels: panels, bias: bias)
    }
}
