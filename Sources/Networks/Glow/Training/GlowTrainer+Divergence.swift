// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Synchronization

extension GlowTrainer {
    /// The first layer, in the order of the forward pass, whose weights or activations are not finite in any chunk.
    func firstNonFiniteLayer(_ chunks: ChunkedBatch, _ parameters: AlignedBuffer) -> String? {
        load(parameters)
        let first = Mutex<(place: Int, name: String)?>(nil)
        _ = pass(chunks, parameters) { _, range, arena in
            guard let found = firstNonFinite(arena, images: range.count) else { return }
            first.withLock { first in
                if found.place < first?.place ?? .max { first = found }
            }
        }
        return first.withLock { $0?.name }
    }

    /// The first such layer on the arena's tape of `images` images, and its place among the layers.
    private func firstNonFinite(_ arena: GlowTrainingArena, images: Int) -> (place: Int, name: String)? {
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
