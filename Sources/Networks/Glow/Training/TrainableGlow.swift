// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// The layers of a Glow in training, and where their weights lie in the effective vector.
struct TrainableGlow: Sendable {
    /// Numbers in the effective vector.
    let effectiveCount: Int
    private let levels: [TrainableGlowLevel]
    private let top: TrainableTopPrior

    init(_ configuration: GlowConfiguration, _ layout: ParameterLayout) {
        var end = 0
        levels = (1...configuration.levels).map {
            TrainableGlowLevel(layout, configuration, level: $0, at: &end)
        }
        top = TrainableTopPrior(layout, scope: GlowLayout.topPrior, configuration.topPrior, at: &end)
        effectiveCount = end
    }

    /// Memory for passes over `images` images of `dimensions` numbers.
    func makeArena(kernels: KernelSet, images: Int, dimensions: Int) -> GlowTrainingArena {
        GlowTrainingArena(kernels: kernels, levels, top, images: images, dimensions: dimensions)
    }

    /// Folds and packs all parameters.
    func load(_ effective: AlignedBuffer, _ parameters: AlignedBuffer, _ pool: WorkPool) {
        forEachLayer(
            pool,
            step: { $0.load(effective, parameters) },
            split: { $0.load(effective, parameters) },
            top: { $0.load(effective, parameters) }
        )
    }

    /// Overwrites the parameters' gradient, given that of the effective weights, of a loss that falls by `weight` in
    /// sum with the log-determinants of the images.
    func unfold(
        _ gradient: AlignedBuffer,
        _ effectiveGradient: AlignedBuffer,
        _ parameters: AlignedBuffer,
        logDeterminantWeight weight: Double,
        _ pool: WorkPool
    ) {
        forEachLayer(
            pool,
            step: { $0.unfold(gradient, effectiveGradient, parameters, logDeterminantWeight: weight) },
            split: { $0.unfold(gradient, effectiveGradient, parameters) },
            top: { $0.unfold(gradient, effectiveGradient, parameters) }
        )
    }

    /// Visits all layers that have parameters, on all threads, the largest first.
    private func forEachLayer(
        _ pool: WorkPool,
        step: @Sendable (TrainableFlowStep) -> Void,
        split: @Sendable (TrainableSplitPrior) -> Void,
        top: @Sendable (TrainableTopPrior) -> Void
    ) {
        let steps = levels.reversed().flatMap(\.steps)
        let splits = levels.compactMap(\.split)
        pool.forEach(steps.count + splits.count + 1) { index, _ in
            if index < steps.count {
                step(steps[index])
            } else if index < steps.count + splits.count {
                split(splits[index - steps.count])
            } else {
                top(self.top)
            }
        }
    }

    /// Per level, the log-determinant of an image's actnorms and 1×1 convolutions.
    func constantLogDeterminants(_ parameters: AlignedBuffer) -> [Double] {
        levels.map { $0.steps.reduce(0.0) { $0 + $1.constantLogDeterminant(parameters) } }
    }

    /// The likelihood terms of `images`, (images, H, W, C), whose tape is left in the arena.
    func forward(
        _ images: RowView,
        labels: ArraySlice<Int>,
        effective: AlignedBuffer,
        _ arena: GlowTrainingArena
    ) -> GlowTrainingTerms {
        var terms = GlowTrainingTerms(levels: levels.count, images: labels.count)
        var state = images
        for (index, level) in levels.enumerated() {
            state = level.forward(arena.tape.levels[index], &terms.levels[index], state, arena.memory)
            if level.split != nil { state = state.channels(level.kept) }
        }
        let last = levels.count - 1
        top.forward(
            arena.tape.top,
            &terms.levels[last].prior,
            state,
            labels: labels,
            effective: effective,
            arena.memory
        )
        return terms
    }

    /// Overwrites the effective weights' gradient, as far as the images on the arena's tape make it.
    func backward(_ arena: inout GlowTrainingArena, labels: ArraySlice<Int>, _ pass: FlowBackwardPass) {
        for level in levels.reversed() {
            let rows = labels.count * level.extent.pixels
            let tape = arena.tape.levels[level.number - 1]
            if let split = level.split, let prior = tape.prior, let last = tape.steps.last {
                let inner = levels[level.number]
                let source = arena.front(rows: rows / 4, channels: inner.extent.channels)
                arena.swap()
                let dz = arena.front(rows: rows, channels: level.extent.channels)
                inner.squeeze.reverse(dz.channels(level.kept), source)
                split.backward(dz, prior, z: last.output.rows(0..<rows), pass)
            } else {
                let dz = arena.front(rows: rows, channels: level.extent.channels)
                top.backward(dz, arena.tape.top, labels: labels, pass)
            }
            level.backward(&arena, images: labels.count, pass)
        }
    }

    /// Chooses every actnorm from the batch, `images`, as it comes out of the layers before, which are initialised
    /// already.
    func initialise(_ images: RowView, count: Int, _ pass: FlowInitialisation) {
        var state = images
        for level in levels {
            let (rows, channels) = (count * level.extent.pixels, level.extent.channels)
            var input = RowView(AlignedBuffer(count: rows * channels), rows: rows, channels: channels)
            var output = RowView(AlignedBuffer(count: rows * channels), rows: rows, channels: channels)
            level.squeeze.forward(input, state)
            for step in level.steps {
                step.initialise(output, input, pass)
                swap(&input, &output)
            }
            state = input.channels(level.kept)
        }
    }

    /// The first layer on the arena's tape of `images` images whose weights or activations are not finite, and its
    /// place among the layers in the order of the forward pass.
    func firstNonFinite(
        _ effective: AlignedBuffer,
        _ arena: GlowTrainingArena,
        images: Int
    ) -> (place: Int, name: String)? {
        var place = 0
        for (level, tape) in zip(levels, arena.tape.levels) {
            let rows = 0..<images * level.extent.pixels
            for (index, step) in level.steps.enumerated() {
                if let part = step.firstNonFinitePart(effective, tape.steps[index], rows: rows, arena.memory) {
                    let scope = GlowLayout.step(level: level.number, step: index + 1)
                    return (place + part.place, "\(scope).\(part.name)")
                }
                place += TrainableFlowStep.parts
            }
            if let split = level.split, let prior = tape.prior, !split.isFinite(effective, prior, rows: rows) {
                return (place, GlowLayout.splitPrior(level: level.number))
            }
            place += 1
        }
        let rows = 0..<images * (levels.last?.extent.pixels ?? 0)
        return top.isFinite(effective, arena.tape.top, rows: rows) ? nil : (place, GlowLayout.topPrior)
    }
}
