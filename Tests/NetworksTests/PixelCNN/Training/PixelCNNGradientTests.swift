// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PixelCNNGradientTests {
    static let cases = [
        PixelCNNTrainingCase(PixelCNNTrainingCase.configurations[0], dropout: 0.5, images: 1),
        PixelCNNTrainingCase(PixelCNNTrainingCase.configurations[1], dropout: 0, images: 1),
    ]

    /// Every layer along a direction in which all its parameters move, so that each of them counts.
    @Test("the gradient of every parameter is that of central differences in double precision", arguments: cases)
    func differences(scene: PixelCNNTrainingCase) throws {
        let trainer = try scene.trainer()
        let checkpoint = try scene.checkpoint()
        let gradient = AlignedBuffer(count: trainer.layout.count)
        _ = trainer.gradient(gradient, of: scene.batch, at: trainer.layout.vector(checkpoint.parameters))
        var generator = SplitMix64(seed: 7)
        let center = trainer.layout.vector(checkpoint.parameters).elements.map(Double.init)
        for layer in trainer.layout.specs.compactMap({ $0.name.hasSuffix(".v") ? $0.name.dropLast(2) : nil }) {
            let ranges = ["v", "g", "bias"].map { trainer.layout.range("\(layer).\($0)") }
            let places = ranges.flatMap { Array($0) }
            let found = places.map { Double(gradient[$0]) }
            let direction = found.map { _ in Double.random(in: -1...1, using: &generator) }
            let losses = [1e-5, -1e-5].map { step in
                var moved = center
                for (place, share) in zip(places, direction) { moved[place] += step * share }
                return scene.loss(DoubleParameters(trainer.layout, moved))
            }
            let truth = (losses[0] - losses[1]) / 2e-5
            let slope = zip(found, direction).reduce(0) { $0 + $1.0 * $1.1 }
            let norm = found.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(slope - truth) <= 1e-4 * norm + 1e-8, "\(layer): \(slope), not \(truth), of \(norm)")
            #expect(norm > 1e-7, "\(layer): no gradient to compare with")
        }
    }

    @Test(
        "without dropout, losses are the inference model's bits per dimension",
        arguments: RandomPixelCNN.configurations
    )
    func losses(configuration: PixelCNNConfiguration) throws {
        let scene = PixelCNNTrainingCase(configuration, dropout: 0, images: 6)
        let (trainer, checkpoint) = (try scene.trainer(), try scene.checkpoint())
        let gradient = AlignedBuffer(count: trainer.layout.count)
        let outcome = trainer.gradient(gradient, of: scene.batch, at: trainer.layout.vector(checkpoint.parameters))
        let expected = try RandomPixelCNN.model(checkpoint).score(scene.batch.images).bpd
        #expect(outcome.losses.count == expected.count && outcome.correct == 0)
        for (found, truth) in zip(outcome.losses, expected) { #expect(abs(found - Double(truth)) <= 1e-5) }
    }

    @Test("the gradient is the mean of its images' gradients")
    func mean() throws {
        let scene = PixelCNNTrainingCase(PixelCNNTrainingCase.configurations[0], dropout: 0, images: 7)
        let trainer = try scene.trainer()
        let parameters = trainer.layout.vector(try scene.checkpoint().parameters)
        let (whole, part) = (AlignedBuffer(count: trainer.layout.count), AlignedBuffer(count: trainer.layout.count))
        _ = trainer.gradient(whole, of: scene.batch, at: parameters)
        var sum = [Float](repeating: 0, count: trainer.layout.count)
        let size = scene.configuration.dimensions
        for image in 0..<7 {
            let own = Array(scene.batch.images[image * size..<(image + 1) * size])
            _ = trainer.gradient(part, of: TrainingBatch(images: own, labels: []), at: parameters)
            for index in sum.indices { sum[index] += part[index] / 7 }
        }
        #expect(worst(whole.elements, sum) <= 2e-5 * scale(sum))
    }

    @Test("gradients have the same bits on any number of threads, with any instruction set", arguments: [0, 0.5])
    func bits(dropout: Double) throws {
        let scene = PixelCNNTrainingCase(PixelCNNTrainingCase.configurations[1], dropout: dropout, images: 6)
        let checkpoint = try scene.checkpoint()
        var expected: [UInt32]?
        for set in InstructionSet.available {
            for threads in set == .portable ? [2] : [1, 2, 3] {
                let trainer = try scene.trainer(set, threads: threads)
                let gradient = AlignedBuffer(count: trainer.layout.count)
                let parameters = trainer.layout.vector(checkpoint.parameters)
                let outcome = trainer.gradient(gradient, of: scene.batch, at: parameters)
                let bits = gradient.elements.map(\.bitPattern) + outcome.losses.map { Float($0).bitPattern }
                #expect(bits == expected ?? bits, "\(set), \(threads) threads")
                expected = bits
            }
        }
    }

    @Test("what is dropped depends on seed, step and the image's place")
    func dropped() throws {
        let configuration = PixelCNNTrainingCase.configurations[0]
        let one = RandomPixelCNN.images(1, configuration)
        var scene = PixelCNNTrainingCase(configuration, dropout: 0.25)
        scene.batch.images = one + one
        let trainer = try scene.trainer()
        let parameters = trainer.layout.vector(try scene.checkpoint().parameters)
        let gradient = AlignedBuffer(count: trainer.layout.count)
        func losses(seed: UInt64, step: Int) -> [Double] {
            (scene.batch.seed, scene.batch.step) = (seed, step)
            return trainer.gradient(gradient, of: scene.batch, at: parameters).losses
        }
        let first = losses(seed: 1, step: 1)
        #expect(first[0] != first[1])
        #expect(losses(seed: 2, step: 1) != first)
        #expect(losses(seed: 1, step: 2) != first)
        #expect(losses(seed: 1, step: 1) == first)
    }

    @Test("the first layer that is not finite is named")
    func divergence() throws {
        let scene = PixelCNNTrainingCase(PixelCNNTrainingCase.configurations[0], dropout: 0.5, images: 6)
        let trainer = try scene.trainer()
        let checkpoint = try scene.checkpoint()
        #expect(trainer.firstNonFiniteLayer(scene.batch, at: trainer.layout.vector(checkpoint.parameters)) == nil)
        for name in [
            "first.u.above", "up.2.ul.1.skip", "downsample.1.u", "upsample.2.ul", "down.3.ul.2.output", "last",
        ] {
            let parameters = trainer.layout.vector(checkpoint.parameters)
            parameters[trainer.layout.range("\(name).g").lowerBound] = .nan
            let expected = name == "first.u.above" ? "first.u" : name
            #expect(trainer.firstNonFiniteLayer(scene.batch, at: parameters) == expected)
        }
    }
}
