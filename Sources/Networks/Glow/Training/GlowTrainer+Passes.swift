// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

/// A batch's images and labels, cut into chunks.
struct ChunkedBatch: Sendable {
    /// (images, rows, columns, channels).
    let images: RowView
    /// One entry per image; zeros where the model has no classes.
    let labels: [Int]
    private let pixels: Int
    private let size: Int

    init(_ batch: TrainingBatch, _ configuration: GlowConfiguration, size: Int) {
        let images = batch.images.count / configuration.dimensions
        precondition(
            images > 0 && images * configuration.dimensions == batch.images.count,
            "\(batch.images.count) numbers are no images of \(configuration.dimensions)"
        )
        labels = configuration.classes > 0 ? batch.labels : [Int](repeating: 0, count: images)
        precondition(labels.count == images, "\(labels.count) labels for \(images) images")
        precondition(labels.allSatisfy { 0..<max(configuration.classes, 1) ~= $0 }, "a label is no class of the model")
        pixels = configuration.height * configuration.width
        self.size = size
        self.images = RowView(
            AlignedBuffer(batch.images),
            rows: images * pixels,
            channels: configuration.channels
        )
    }

    /// Number of chunks.
    var count: Int { (labels.count + size - 1) / size }

    /// The images of chunk `index`.
    func range(_ index: Int) -> Range<Int> { index * size..<min((index + 1) * size, labels.count) }

    /// The pixels of the images in `range`.
    func pixels(_ range: Range<Int>) -> RowView {
        images.rows(range.lowerBound * pixels..<range.upperBound * pixels)
    }
}

extension GlowTrainer {
    /// Folds and packs all parameters.
    func load(_ parameters: AlignedBuffer) {
        forEachLayer(
            step: { $0.load(effective, parameters) },
            split: { $0.load(effective, parameters) },
            top: { $0.load(effective, parameters) }
        )
    }

    /// Visits all layers that have parameters, on all threads, the largest first.
    func forEachLayer(
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

    /// Runs every chunk forward on some thread, then hands the thread's arena to `body`.
    func pass(
        _ chunks: ChunkedBatch,
        _ parameters: AlignedBuffer,
        _ body: @Sendable (_ index: Int, _ range: Range<Int>, _ arena: inout GlowTrainingArena) -> Void
    ) -> GlowScores {
        let constants = levels.map { $0.steps.reduce(0.0) { $0 + $1.constantLogDeterminant(parameters) } }
        let scores = Mutex(GlowScores(configuration: configuration, images: chunks.labels.count))
        pool.forEach(chunks.count) { index, thread in
            var arena = arenas[thread]
            let range = chunks.range(index)
            let terms = forward(chunks, range, arena)
            scores.withLock { $0.record(terms, range, constants) }
            body(index, range, &arena)
        }
        return scores.withLock { $0 }
    }

    private func forward(_ chunks: ChunkedBatch, _ range: Range<Int>, _ arena: GlowTrainingArena) -> GlowTrainingTerms {
        var terms = GlowTrainingTerms(levels: levels.count, images: range.count)
        var state = chunks.pixels(range)
        for (index, level) in levels.enumerated() {
            state = level.forward(arena.tape.levels[index], &terms.levels[index], state, arena.memory)
            if level.split != nil { state = state.channels(level.kept) }
        }
        let (last, labels) = (levels.count - 1, chunks.labels[range])
        top.forward(arena.tape.top, &terms.levels[last].prior, state, labels: labels, effective, arena.memory)
        return terms
    }

    /// Overwrites the gradient of the mean bits per dimension, as far as the images in `range` make it, for the
    /// effective weights.
    func backward(
        _ chunks: ChunkedBatch,
        _ range: Range<Int>,
        _ gradient: AlignedBuffer,
        _ arena: inout GlowTrainingArena
    ) {
        let weight = Float(1 / (Double(chunks.labels.count) * configuration.natsPerBitPerDimension))
        for level in levels.reversed() {
            let rows = range.count * level.extent.pixels
            let tape = arena.tape.levels[level.number - 1]
            if let split = level.split, let prior = tape.prior, let last = tape.steps.last {
                let inner = levels[level.number]
                let source = arena.front(rows: rows / 4, channels: inner.extent.channels)
                arena.swap()
                let dz = arena.front(rows: rows, channels: level.extent.channels)
                inner.squeeze.reverse(dz.channels(level.kept), source)
                split.backward(dz, prior, z: last.output.rows(0..<rows), weight: weight, gradient, arena.memory)
            } else {
                let dz = arena.front(rows: rows, channels: level.extent.channels)
                let labels = chunks.labels[range]
                top.backward(dz, arena.tape.top, labels: labels, weight: weight, gradient, arena.memory)
            }
            level.backward(&arena, images: range.count, weight: weight, gradient)
        }
    }
}
