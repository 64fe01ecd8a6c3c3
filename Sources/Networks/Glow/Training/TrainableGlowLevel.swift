// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// One level of a Glow in training: squeeze, flow steps and, behind each level but the last, the split.
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
        squeeze = Squeeze(
            ImageExtent(height: extent.height * 2, width: extent.width * 2, channels: extent.channels / 4)
        )
        var steps: [TrainableFlowStep] = []
        for step in 1...configuration.steps {
            steps.append(
                TrainableFlowStep(
                    layout,
                    scope: GlowLayout.step(level: level, step: step),
                    coupling: configuration.coupling,
                    hiddenChannels: configuration.hiddenChannels,
                    extent: extent,
                    at: &offset,
                    passesGradient: level > 1 || step > 1
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
    func demand(images: Int) -> FlowMemory.Demand {
        let prior = split?.demand(rows: images * extent.pixels) ?? FlowMemory.Demand()
        return steps.reduce(prior) { $0.union($1.demand(images: images)) }
    }

    /// Channels that go on to the next level.
    var kept: Range<Int> { 0..<extent.channels / 2 }

    /// Runs squeeze, steps and split on `state`, (images, H, W, C), and returns what the steps put out.
    func forward(
        _ tape: GlowTape.Level,
        _ terms: inout GlowTrainingTerms.Level,
        _ state: RowView,
        _ memory: FlowMemory
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
    func backward(_ arena: inout GlowTrainingArena, images: Int, weight: Float, _ gradient: AlignedBuffer) {
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
                logDeterminantWeight: weight,
                gradient,
                arena.memory
            )
        }
    }
}
