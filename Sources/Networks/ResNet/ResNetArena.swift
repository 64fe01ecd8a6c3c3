// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The memory in which one thread runs a classifier: what a block reads, keeps inside and writes, and a workspace.
struct ResNetArena: Sendable {
    /// Activations of a few images, of whichever extent they have at the time.
    struct Activations: Sendable {
        private let buffer: AlignedBuffer

        init(count: Int) {
            buffer = AlignedBuffer(count: count)
        }

        /// A row per pixel.
        func callAsFunction(_ images: Int, _ extent: ImageExtent) -> RowView {
            rows(images * extent.pixels, channels: extent.channels)
        }

        func rows(_ rows: Int, channels: Int) -> RowView {
            RowView(buffer, rows: rows, channels: channels)
        }
    }

    let workspace: Workspace
    let first: Activations
    let second: Activations
    let hidden: Activations

    /// Memory for activations of at most `count` floats.
    init(kernels: KernelSet, demand: Workspace.Demand, count: Int) {
        workspace = Workspace(kernels: kernels, demand: demand, outputCount: 0)
        first = Activations(count: count)
        second = Activations(count: count)
        hidden = Activations(count: count)
    }
}
