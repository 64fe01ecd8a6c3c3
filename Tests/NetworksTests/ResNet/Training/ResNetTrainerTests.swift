// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct ResNetTrainerTests {
    /// A classifier with random parameters, and a batch for it.
    struct Scene {
        let configuration: ResNetConfiguration
        let layout: ParameterLayout
        let parameters: AlignedBuffer
        let batch: TrainingBatch

        init(_ configuration: ResNetConfiguration, images: Int) {
            let layout = ParameterLayout(RandomResNet.metadata(configuration).parameters)
            self.configuration = configuration
            self.layout = layout
            parameters = layout.vector(ParameterSet(RandomResNet.tensors(configuration)))
            batch = TrainingBatch(
                images: RandomResNet.images(images, configuration),
                labels: (0..<images).map { ($0 * 7 + 1) % configuration.classes }
            )
        }

        var naive: NaiveResNetTraining {
            NaiveResNetTraining(
                configuration: configuration,
                layout: layout,
                images: batch.images,
                labels: batch.labels
            )
        }

        func trainer(_ set: InstructionSet? = nil, threads: Int = 2) throws -> ResNetTrainer {
            let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
            let pool = Engines.pools[threads] ?? WorkPool(threads: threads)
            return try ResNetTrainer(configuration, kernels: kernels, pool: pool)
        }

        func gradient(_ trainer: ResNetTrainer) -> (values: [Float], outcome: BatchOutcome) {
            // The gradient overwrites whatever was there.
            let gradient = AlignedBuffer([Float](repeating: 7, count: layout.count))
            let outcome = trainer.gradient(gradient, of: batch, at: parameters)
            return (gradient.elements, outcome)
        }
    }

    /// Colour and grey, odd sides, more than one chunk, and later stages of few pixels.
    static let scenes = [
        Scene(ResNetConfiguration(height: 3, width: 6, channels: 3, classes: 5), images: 7),
        Scene(ResNetConfiguration(height: 2, width: 3, channels: 1, classes: 3), images: 18),
    ]

    @Test("the gradient is that of central differences in double precision", arguments: 0..<2)
    func differences(number: Int) throws {
        let scene = Self.scenes[number]
        let naive = scene.naive
        let found = scene.gradient(try scene.trainer()).values
        let parameters = scene.parameters.elements.map(Double.init)
        var generator = SplitMix64(seed: 11)
        for spec in scene.layout.specs where !spec.name.contains("running") {
            let range = scene.layout.range(spec.name)
            // The slope along a direction in which all numbers of a parameter move at once.
            let direction = range.map { _ in Double.random(in: -1...1, using: &generator) }
            func loss(_ step: Double) -> Double {
                var moved = parameters
                for (index, part) in zip(range, direction) { moved[index] += step * part }
                return naive.loss(moved)
            }
            let truth = (loss(1e-6) - loss(-1e-6)) / 2e-6
            let slope = zip(range, direction).reduce(0) { $0 + Double(found[$1.0]) * $1.1 }
            let length = range.reduce(0) { $0 + Double(found[$1]) * Double(found[$1]) }.squareRoot()
            #expect(abs(slope - truth) <= 1e-4 * length, "\(spec.name): \(slope), differences say \(truth)")
            #expect(length > 1e-5, "\(spec.name) has no gradient to speak of")
        }
    }

    @Test("losses are those of the definition, and one gradient leaves nothing behind for the next", arguments: 0..<2)
    func losses(number: Int) throws {
        let scene = Self.scenes[number]
        let trainer = try scene.trainer()
        let (gradient, outcome) = scene.gradient(trainer)
        let truth = scene.naive.loss(scene.parameters.elements.map(Double.init))
        #expect(abs(outcome.meanLoss - truth) <= 1e-5 * truth)
        #expect(outcome.losses.count == scene.batch.labels.count && 0...outcome.losses.count ~= outcome.correct)
        let larger = Scene(scene.configuration, images: 40)
        _ = larger.gradient(trainer)
        #expect(scene.gradient(trainer).values.map(\.bitPattern) == gradient.map(\.bitPattern))
        #expect(scene.gradient(trainer).outcome == outcome)
    }

    @Test("gradients and losses are the same bits on any number of threads, with any instruction set")
    func bitwise() throws {
        let scene = Scene(RandomResNet.configurations[1], images: 35)
        let expected = scene.gradient(try scene.trainer(.portable, threads: 1))
        #expect(expected.values.allSatisfy { $0.isFinite })
        for set in InstructionSet.available where set != .portable {
            for threads in 1...3 {
                let found = scene.gradient(try scene.trainer(set, threads: threads))
                let isEqual = found.values.map(\.bitPattern) == expected.values.map(\.bitPattern)
                #expect(isEqual, "\(set), \(threads) threads")
                #expect(found.outcome == expected.outcome, "\(set), \(threads) threads")
            }
        }
    }

    @Test("running statistics move a tenth of the way to the batch's, once for each batch, and have no gradient")
    func runningStatistics() throws {
        let scene = Self.scenes[0]
        let trainer = try scene.trainer()
        let gradient = scene.gradient(trainer).values
        let before = scene.parameters.elements
        let after = AlignedBuffer(before)
        trainer.measure(after)
        let once = after.elements
        trainer.measure(after)
        #expect(after.elements == once)
        let learned = trainer.learned.reduce(into: Set<Int>()) { $0.formUnion($1) }
        for (name, truth) in scene.naive.run(before.map(Double.init)).statistics {
            let (mean, variance) = ("\(name).norm.running-mean", "\(name).norm.running-variance")
            let unbiased = Double(truth.count) / Double(truth.count - 1)
            for (kind, values) in [(mean, truth.mean), (variance, truth.variance.map { $0 * unbiased })] {
                for (index, value) in zip(scene.layout.range(kind), values) {
                    let expected = 0.9 * Double(before[index]) + 0.1 * value
                    #expect(abs(Double(once[index]) - expected) <= 1e-5 * max(1, abs(expected)), "\(kind)")
                    #expect(gradient[index] == 0 && !learned.contains(index))
                }
            }
        }
        #expect(learned.count == 74_965)
        #expect(learned.allSatisfy { once[$0] == before[$0] })
    }

    @Test("steps against the gradient lower the loss, and the classifier for inference then agrees")
    func descent() throws {
        let scene = Scene(RandomResNet.configurations[1], images: 20)
        let trainer = try scene.trainer()
        let (gradient, parameters) = (AlignedBuffer(count: scene.layout.count), scene.parameters)
        var outcomes: [BatchOutcome] = []
        for _ in 0..<80 {
            outcomes.append(trainer.gradient(gradient, of: scene.batch, at: parameters))
            for range in trainer.learned {
                for index in range { parameters[index] -= 0.05 * gradient[index] }
            }
            trainer.measure(parameters)
        }
        #expect(outcomes[79].meanLoss < 0.1 * outcomes[0].meanLoss)
        #expect(outcomes[79].correct == 20)
        let checkpoint = try Checkpoint(
            metadata: RandomResNet.metadata(scene.configuration),
            tensors: scene.layout.tensors(parameters),
            name: "trained"
        )
        let scores = try RandomResNet.model(checkpoint).score(scene.batch.images, labels: scene.batch.labels)
        #expect(scores.predicted == scene.batch.labels)
    }

    @Test(
        "the layer where numbers stop being finite is named",
        arguments: ["stem.weight", "stage.2.first.norm.bias", "stage.3.second.weight", "head.bias"]
    )
    func divergence(name: String) throws {
        let scene = Scene(ResNetConfiguration(height: 3, width: 6, channels: 3, classes: 5), images: 7)
        let trainer = try scene.trainer()
        #expect(trainer.firstNonFiniteLayer(scene.batch, at: scene.parameters) == nil)
        // All of them: a kernel on few pixels has taps that see none.
        for index in scene.layout.range(name) { scene.parameters[index] = .nan }
        let layer = trainer.firstNonFiniteLayer(scene.batch, at: scene.parameters)
        #expect(layer.map { name.hasPrefix("\($0).") } == true, "\(layer ?? "none")")
        let gradient = AlignedBuffer(count: scene.layout.count)
        #expect(trainer.gradient(gradient, of: scene.batch, at: scene.parameters).meanLoss.isNaN)
    }
}
