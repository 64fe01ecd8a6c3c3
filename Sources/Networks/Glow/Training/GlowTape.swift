// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// All that a Glow's backward pass over one chunk needs of forward.
struct GlowTape: Sendable {
    /// What one level's layers leave behind.
    struct Level: Sendable {
        /// The squeezed images, (images, H, W, C).
        let input: RowView
        let steps: [TrainableFlowStep.Tape]
        /// Of the split; nil at the last level.
        let prior: PriorTape?
    }

    let levels: [Level]
    let top: PriorTape

    /// Memory for `images` images.
    init(_ levels: [TrainableGlowLevel], _ top: TrainableTopPrior, images: Int) {
        self.levels = levels.map { level in
            let rows = images * level.extent.pixels
            return Level(
                input: RowView(
                    AlignedBuffer(count: rows * level.extent.channels),
                    rows: rows,
                    channels: level.extent.channels
                ),
                steps: level.steps.map { $0.makeTape(images: images) },
                prior: level.split?.makeTape(rows: rows)
            )
        }
        self.top = top.makeTape(rows: images * (levels.last?.extent.pixels ?? 0))
    }
}

/// The memory in which one thread trains a Glow: a tape, two buffers for the gradient of the flow's state, and what the
/// layers need.
struct GlowTrainingArena: Sendable {
    let memory: FlowTrainingMemory
    let tape: GlowTape
    private var current: AlignedBuffer
    private var other: AlignedBuffer

    /// Memory for chunks of `images` images of `dimensions` numbers.
    init(kernels: KernelSet, _ levels: [TrainableGlowLevel], _ top: TrainableTopPrior, images: Int, dimensions: Int) {
        let rows = images * (levels.last?.extent.pixels ?? 0)
        let demand = levels.reduce(top.demand(rows: rows)) { $0.union($1.demand(images: images)) }
        memory = FlowTrainingMemory(kernels: kernels, demand: demand)
        tape = GlowTape(levels, top, images: images)
        current = AlignedBuffer(count: images * dimensions)
        other = AlignedBuffer(count: images * dimensions)
    }

    /// The buffer that holds the gradient of the state.
    func front(rows: Int, channels: Int) -> RowView {
        RowView(current, rows: rows, channels: channels)
    }

    /// Makes the other buffer the front.
    mutating func swap() {
        (current, other) = (other, current)
    }
}
