// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Testing

/// What a Glow does before its first step, and where it looks when a step went wrong.
@Suite(.timeLimit(.minutes(5))) struct GlowInitialisationTests {
    @Test("every actnorm puts out mean 0 and standard deviation 1 over the batch", arguments: GlowTrainingCase.all)
    func moments(model: GlowTrainingCase) throws {
        let (trainer, batch) = (try model.trainer(), model.batch(21))
        let parameters = trainer.layout.vector(try model.parameters())
        let before = trainer.layout.tensors(parameters)
        trainer.initialise(parameters, batch)

        let seen = Seen()
        let set = ParameterSet(trainer.layout.tensors(parameters))
        var naive = NaiveGlow(configuration: model.configuration, parameters: set)
        naive.observe = { seen.add($1, $0) }
        let size = model.configuration.dimensions
        for (image, label) in batch.labels.enumerated() {
            let pixels = batch.images[image * size..<(image + 1) * size].map(Double.init)
            _ = naive.forward(pixels, label: model.configuration.classes > 0 ? label : nil)
        }
        #expect(seen.values.count == model.configuration.levels * model.configuration.steps * 3)
        for (name, channels) in seen.values {
            for values in channels {
                let mean = values.reduce(0, +) / Double(values.count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
                #expect(abs(mean) <= 1e-4, "\(name)")
                #expect(abs(variance.squareRoot() - 1) <= 1e-3, "\(name)")
            }
        }
        for (name, tensor) in trainer.layout.tensors(parameters) where !name.contains("actnorm") {
            #expect(tensor.values == before[name]?.values, "\(name)")
        }
    }

    @Test("first values are the same bits on any threads, with any instruction set")
    func bits() throws {
        let model = try #require(GlowTrainingCase.all.first)
        let start = try model.parameters()
        func values(_ set: InstructionSet, _ threads: Int) throws -> [UInt32] {
            let trainer = try model.trainer(set, threads: threads)
            let parameters = trainer.layout.vector(start)
            trainer.initialise(parameters, model.batch(21))
            return parameters.bits
        }
        let expected = try values(.portable, 1)
        for set in InstructionSet.available {
            for threads in 1...3 { #expect(try values(set, threads) == expected, "\(set), \(threads) threads") }
        }
    }

    @Test(
        "the first layer that is not finite is named",
        arguments: [
            ("level.1.step.1.actnorm.logs", "level.1.step.1.invertible"),
            ("level.1.step.2.coupling.first.weight", "level.1.step.2.coupling.first"),
            ("level.1.prior.logs", "level.1.prior"),
            ("level.2.step.1.coupling.second.actnorm.logs", "level.2.step.1.coupling.second"),
            ("level.2.step.2.coupling.last.bias", "level.2.step.2.coupling.last"),
            ("top.class.weight", "top"),
        ]
    )
    func divergence(parameter: String, layer: String) throws {
        let model = try #require(GlowTrainingCase.all.first)
        let (trainer, batch) = (try model.trainer(), model.batch(9))
        let parameters = trainer.layout.vector(try model.parameters())
        #expect(trainer.firstNonFiniteLayer(batch, at: parameters) == nil)
        parameters[trainer.layout.range(parameter).lowerBound] = parameter.hasSuffix("logs") ? 200 : .nan
        #expect(trainer.firstNonFiniteLayer(batch, at: parameters) == layer)
    }

    @Test("a layer whose activations overflow in one image is named")
    func overflow() throws {
        let model = try #require(GlowTrainingCase.all.first)
        let trainer = try model.trainer()
        var batch = model.batch(20)
        batch.images[17 * model.configuration.dimensions + 3] = .infinity
        let parameters = trainer.layout.vector(try model.parameters())
        #expect(trainer.firstNonFiniteLayer(batch, at: parameters) == "level.1.step.1.invertible")
    }
}

/// What the actnorms put out, channel by channel.
private final class Seen {
    var values: [String: [[Double]]] = [:]

    func add(_ plane: Plane, _ name: String) {
        var channels = values[name] ?? Array(repeating: [], count: plane.channels)
        for (index, value) in plane.values.enumerated() { channels[index % plane.channels].append(value) }
        values[name] = channels
    }
}
