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
        squeeze = configuration.squeeze(level: level)
        var steps: [FlowStep] = []
        for number in 1...configuration.steps {
            let name = GlowLayout.step(level: level, step: number)
            let parameters = checkpoint.parameters.scope(name)
            guard let step = FlowStep(parameters, configuration.step(level: level)) else {
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

/// A ``GlowLevel`` in training.
struct TrainableGlowLevel: Sendable {
    let number: Int
    let extent: ImageExtent
    let squeeze: Squeeze
    let steps: [TrainableFlowStep]
    let split: TrainableSplitPrior?

    /// Level `level` of the model; its effective weights lie at `offset`, which moves behind them.
    init(_ layout: ParameterLayout, _ configuration: GlowConfiguration, level: Int, at offset: inout Int) {
        let extent = configuration.extent(level: level)
        number = level
        self.extent = extent
        squeeze = configuration.squeeze(level: level)
        var steps: [TrainableFlowStep] = []
        for step in 1...configuration.steps {
            steps.append(
                TrainableFlowStep(
                    layout,
                    scope: GlowLayout.step(level: level, step: step),
                    configuration.step(level: level),
                    passesGradient: level > 1 || step > 1,
                    at: &offset
                )
            )
        }
        self.steps = steps
        guard level < configuration.levels else {
            split = nil
            return
        }
        split = TrainableSplitPrior(layout, scope: GlowLayout.splitPrior(level: level), extent: extent, at: &offset)
    }

    /// The memory a call for `images` images needs.
    func demand(images: Int) -> FlowTrainingMemory.Demand {
        let prior = split?.demand(rows: images * extent.pixels) ?? FlowTrainingMemory.Demand()
        return steps.reduce(prior) { $0.union($1.demand(images: images)) }
    }

    /// Channels that go on to the next level.
    var kept: Range<Int> { 0..<extent.channels / 2 }

    /// Runs squeeze, steps and split on `state`, (images, H, W, C), and returns what the steps put out.
    func forward(
        _ tape: GlowTape.Level,
        _ terms: inout GlowTrainingTerms.Level,
        _ state: RowView,
        _ memory: FlowTrainingMemory
    ) -> RowView {
        let input = tape.input.rows(0..<state.rows / 4)
        squeeze.forward(input, state)
        var z = input
        for (step, tape) in zip(steps, tape.steps) {
            step.forward(tape, &terms.logDeterminant, z, memory)
            z = tape.output.rows(0..<z.rows)
        }
        if let split, let prior = tape.prior { split.forward(prior, &terms.prior, z, memory) }
        return z
    }

    /// Turns the gradient in the arena's front buffer, of what the steps put out, into that of the squeezed images.
    func backward(_ arena: inout GlowTrainingArena, images: Int, _ pass: FlowBackwardPass) {
        let rows = 0..<images * extent.pixels
        let tape = arena.tape.levels[number - 1]
        for index in steps.indices.reversed() {
            let outputGradient = arena.front(rows: rows.count, channels: extent.channels)
            arena.swap()
            let isFirst = number == 1 && index == 0
            steps[index].backward(
                isFirst ? nil : arena.front(rows: rows.count, channels: extent.channels),
                outputGradient: outputGradient,
                tape.steps[index],
                input: (index == 0 ? tape.input : tape.steps[index - 1].output).rows(rows),
                pass
            )
        }
    }
}

extension GlowConfiguration {
    /// From the images that a level is given to those that its steps act on.
    fileprivate func squeeze(level: Int) -> Squeeze {
        let extent = extent(level: level)
        return Squeeze(
            ImageExtent(height: extent.height * 2, width: extent.width * 2, channels: extent.channels / 4)
        )
    }
}
