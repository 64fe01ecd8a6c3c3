// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The memory in which one thread runs a Glow: two buffers for the flow's state, and a workspace for its layers.
struct GlowArena: Sendable {
    let workspace: Workspace
    private var current: AlignedBuffer
    private var other: AlignedBuffer

    /// Memory for `images` images of `dimensions` numbers; the layers' networks put out up to twice as many.
    init(kernels: KernelSet, demand: Workspace.Demand, images: Int, dimensions: Int) {
        workspace = Workspace(kernels: kernels, demand: demand, outputCount: 2 * images * dimensions)
        current = AlignedBuffer(count: images * dimensions)
        other = AlignedBuffer(count: images * dimensions)
    }

    /// For a pass in `shared`'s memory: one thread's `band` of it, in whose kernel calls the thread uses the working
    /// memory of `own`.
    init(_ band: Band, of shared: GlowArena, scratch own: GlowArena) {
        workspace = Workspace(band, of: shared.workspace, scratch: own.workspace)
        current = shared.current
        other = shared.other
    }

    /// The buffer that holds the state.
    func front(rows: Int, channels: Int) -> RowView {
        RowView(current, rows: rows, channels: channels)
    }

    /// Makes the other buffer the front.
    mutating func swap() {
        (current, other) = (other, current)
    }
}
