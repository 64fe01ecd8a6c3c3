// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension RowView {
    /// The rows as templates take them.
    var kernelRows: KernelRows { KernelRows(first: pointer, stride: stride) }

    /// How many rows there are and how long; `edge` is sixteen floats of working memory.
    func extent(edge: UnsafeMutablePointer<Float>) -> KernelExtent {
        KernelExtent(rows: rows, channels: channels, edge: edge)
    }
}
