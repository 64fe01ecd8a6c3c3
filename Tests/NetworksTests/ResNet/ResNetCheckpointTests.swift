// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@Suite struct ResNetCheckpointTests {
    @Test("a fresh classifier is the paper's: eight layers, 75,002 learned parameters, the same on every machine")
    func fresh() throws {
        let checkpoint = try Checkpoint.initialised(.resnet)
        let learned = checkpoint.parameters.tensors.filter { !$0.key.contains("running") }
        #expect(learned.values.reduce(0) { $0 + $1.values.count } == 75_002)
        #expect(learned.values.filter { $0.shape.count > 1 }.count == 8)
        let facts = checkpoint.facts
        #expect((facts.family, facts.height, facts.width, facts.channels) == (.resnet, 32, 32, 1))
        #expect((facts.levels, facts.classes, facts.preprocessing) == (0, 10, .resize))
        #expect(try Checkpoint.initialised(.resnet).digest == checkpoint.digest)
        let logits = try RandomResNet.model(checkpoint).logits(RandomResNet.images(4, ResNetConfiguration()))
        #expect(logits.allSatisfy(\.isFinite) && Set(logits.map(\.bitPattern)).count == 40)
    }

    @Test(
        "first weights have mean 0 and variance 2 over the inputs of an output",
        arguments: [("stage.3.second", Float(576)), ("stage.2.first", 144)]
    )
    func variance(layer: String, inputs: Float) throws {
        let weights = try Checkpoint.initialised(.resnet).parameters["\(layer).weight"].values
        let count = Float(weights.count)
        let mean = weights.reduce(0, +) / count
        let variance = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        // Four standard errors of a mean and of a variance of that many normal numbers.
        #expect(abs(mean) <= 4 * (2 / inputs / count).squareRoot())
        #expect(abs(variance * inputs / 2 - 1) <= 4 * (2 / count).squareRoot())
    }

    @Test("a fresh classifier's normalisations change nothing")
    func normalisations() throws {
        let norm = try Checkpoint.initialised(.resnet).parameters.scope("stage.1.first.norm")
        #expect(norm["weight"].values == [Float](repeating: 1, count: 16))
        #expect(norm["running-variance"].values == [Float](repeating: 1, count: 16))
        #expect(norm["bias"].values == [Float](repeating: 0, count: 16))
        #expect(norm["running-mean"].values == [Float](repeating: 0, count: 16))
    }

    @Test("a classifier's file brings back every bit of its metadata and weights")
    func roundTrip() throws {
        let made = try RandomResNet.checkpoint(RandomResNet.configurations[1])
        let read = try Checkpoint(SafetensorsFile(bytes: made.encoded(), name: "m"))
        #expect(read.metadata == made.metadata)
        for (name, tensor) in made.parameters.tensors {
            #expect(read.parameters[name].values.map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
    }

    @Test(
        "impossible metadata are refused with their key",
        arguments: [
            ("classes", "1", "classes must be 2...48, not 1"),
            ("classes", "49", "classes must be 2...48, not 49"),
            ("channels", "2", "channels must be 1 or 3, not 2"),
            ("height", "257", "an image of 257×32; at most 256×256"),
            ("depth", "20", "unknown value '20'; known: 8"),
            ("width", nil, "missing"),
        ] as [(String, String?, String)]
    )
    func wrongMetadata(key: String, value: String?, problem: String) {
        var texts = RandomResNet.metadata(ResNetConfiguration()).texts
        texts[key] = value
        let error = #expect(throws: CheckpointError.self) { try CheckpointMetadata(texts, file: "m") }
        #expect(error?.description.hasSuffix(problem) == true, "\(error.map(\.description) ?? "")")
    }

    @Test("neither network takes the other's checkpoint")
    func otherFamily() throws {
        let kernels = KernelSet(.portable)
        let classifier = try RandomResNet.checkpoint(RandomResNet.configurations[2])
        #expect(throws: CheckpointError.self) {
            try Glow(classifier, kernels: kernels, pool: Engines.pools[1] ?? WorkPool(threads: 1))
        }
        let flow = try RandomGlow.checkpoint(GlowLikelihoodTests.configurations[0])
        #expect(throws: CheckpointError.self) { try RandomResNet.model(flow) }
    }
}
