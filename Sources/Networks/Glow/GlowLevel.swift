// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// One level of a Glow: squeeze, flow steps and, behind each level but the last, the split.
struct GlowLevel {
    let extent: ImageExtent
    let squeeze: Squeeze
    let steps: [FlowStep]
    let split: SplitPrior?
    let constantLogDeterminant: Double

    init(_ checkpoint: Checkpoint, _ configuration: GlowConfiguration, level: Int) throws(CheckpointError) {
        let extent = configuration.extent(level: level)
        self.extent = extent
        squeeze = Squeeze(
            ImageExtent(height: extent.height * 2, width: extent.width * 2, channels: extent.channels / 4)
        )
        var steps: [FlowStep] = []
        for number in 1...configuration.steps {
            let name = GlowLayout.step(level: level, step: number)
            let parameters = checkpoint.parameters.scope(name)
            guard let step = FlowStep(parameters, coupling: configuration.coupling, extent: extent) else {
                let place = CheckpointError.Place.tensor("\(name).invertible.permutation")
                throw CheckpointError(file: checkpoint.name, at: place, "not a permutation of 0..<\(extent.channels)")
            }
            steps.append(step)
        }
        self.steps = steps
        constantLogDeterminant = steps.reduce(0) { $0 + $1.constantLogDeterminant }
        let prior = checkpoint.parameters.scope(GlowLayout.splitPrior(level: level))
        split = level < configuration.levels ? SplitPrior(prior, extent: extent) : nil
    }

    /// The memory a call needs.
    var demand: Workspace.Demand {
        steps.reduce(split?.demand ?? Workspace.Demand()) { $0.union($1.demand) }
    }

    /// Runs all steps on `input`, squeezed (images, H, W, C), adds the couplings' log-determinants (images, H), and
    /// leaves the result in the arena's front buffer.
    func forward(_ logDeterminants: inout [Double], _ input: RowView, _ arena: inout GlowArena) {
        var input = input
        for step in steps {
            let output = arena.front(rows: input.rows, channels: extent.channels)
            step.forward(output, &logDeterminants, input, arena.workspace)
            input = output
            arena.swap()
        }
        arena.swap()
    }

    /// Undoes all steps on what is in the arena's front buffer, and leaves the result there.
    func reverse(images: Int, _ arena: inout GlowArena) {
        for step in steps.reversed() {
            let input = arena.front(rows: images * extent.pixels, channels: extent.channels)
            arena.swap()
            step.reverse(arena.front(rows: input.rows, channels: extent.channels), input, arena.workspace)
        }
    }
}
