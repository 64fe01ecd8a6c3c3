// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import TestSupport
import Testing

/// A whole Glow's gradient, against differences of its definition in double precision.
@Suite(.timeLimit(.minutes(5))) struct GlowGradientTests {
    @Test("every parameter's gradient is the slope of the mean bits per dimension", arguments: GlowTrainingCase.all)
    func slopes(model: GlowTrainingCase) throws {
        let (trainer, batch) = (try model.trainer(), model.batch(2))
        let layout = trainer.layout
        let parameters = layout.vector(try model.parameters())
        let gradient = AlignedBuffer([Float](repeating: .nan, count: layout.count))
        let outcome = trainer.gradient(gradient, of: batch, at: parameters)
        let point = parameters.elements.map(Double.init)
        let truth = model.loss(DoubleParameters(layout, point), batch)
        #expect(abs(outcome.meanLoss - truth) <= 1e-5)

        var generator = SplitMix64(seed: 7)
        for spec in layout.specs {
            let range = layout.range(spec.name)
            guard trainer.learned.contains(range) else {
                #expect(gradient.values(range).allSatisfy { $0 == 0 }, "\(spec.name)")
                continue
            }
            // All of a parameter at once in a random direction, then some of its numbers one by one.
            let all = range.map { ($0, Bool.random(using: &generator) ? 1.0 : -1.0) }
            let some = (0..<4).map { _ in [(Int.random(in: range, using: &generator), 1.0)] }
            let scale = gradient.values(range).map { Double($0 * $0) }.reduce(0, +).squareRoot()
            for direction in [all] + some {
                let step = 1e-5
                func loss(_ length: Double) -> Double {
                    var moved = point
                    for (place, sign) in direction { moved[place] += length * sign }
                    return model.loss(DoubleParameters(layout, moved), batch)
                }
                let slope = (loss(step) - loss(-step)) / (2 * step)
                let found = direction.reduce(0.0) { $0 + $1.1 * Double(gradient[$1.0]) }
                #expect(abs(found - slope) <= 1e-4 * scale + 1e-8, "\(spec.name): \(found), not \(slope)")
            }
        }
    }

    @Test("what an optimiser may move is everything but permutations and signs")
    func learned() throws {
        let trainer = try #require(GlowTrainingCase.all.first).trainer()
        let fixed = trainer.layout.specs.filter { !trainer.learned.contains(trainer.layout.range($0.name)) }.map(\.name)
        #expect(fixed.allSatisfy { $0.hasSuffix(".invertible.permutation") || $0.hasSuffix(".invertible.sign-s") })
        #expect(fixed.count == 2 * 4)
    }

    @Test("losses are the bits per dimension of inference", arguments: GlowTrainingCase.all)
    func losses(model: GlowTrainingCase) throws {
        let (trainer, batch) = (try model.trainer(), model.batch(19))
        let parameters = try model.parameters()
        let gradient = AlignedBuffer(count: trainer.layout.count)
        let outcome = trainer.gradient(gradient, of: batch, at: trainer.layout.vector(parameters))
        let glow = try Engines.glow(RandomGlow.checkpoint(model.configuration))
        let scores = try glow.score(batch.images, labels: batch.labels)
        #expect(outcome.losses.count == 19 && outcome.correct == 0)
        for (loss, bpd) in zip(outcome.losses, scores.bpd) { #expect(abs(loss - Double(bpd)) <= 1e-5) }
    }

    @Test("a gradient is the same bits on any threads, with any instruction set", arguments: GlowTrainingCase.all)
    func bits(model: GlowTrainingCase) throws {
        let (first, batch) = (try model.trainer(.portable, threads: 1), model.batch(19))
        let parameters = first.layout.vector(try model.parameters())
        let expected = AlignedBuffer(count: first.layout.count)
        let losses = first.gradient(expected, of: batch, at: parameters).losses
        for set in InstructionSet.available {
            for threads in 1...3 {
                let trainer = try model.trainer(set, threads: threads)
                let found = AlignedBuffer(count: first.layout.count)
                // A larger batch, other parameters before: nothing of them may remain.
                _ = trainer.gradient(found, of: model.batch(27), at: first.layout.vector(try model.parameters(seed: 9)))
                let outcome = trainer.gradient(found, of: batch, at: parameters)
                #expect(found.bits == expected.bits, "\(set), \(threads) threads")
                #expect(outcome.losses == losses, "\(set), \(threads) threads")
            }
        }
    }

    @Test("an impossible model is refused")
    func refused() {
        let configuration = GlowConfiguration(height: 6, width: 6, levels: 2)
        #expect(throws: CheckpointError.self) { try GlowTrainingCase(configuration).trainer() }
    }
}
