// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@Suite struct GlowLikelihoodTests {
    /// Affine and additive, one and three channels, learned and plain top, with and without classes, oblong, one level.
    static let configurations = [
        GlowConfiguration(height: 8, width: 8, levels: 2, steps: 2, hiddenChannels: 6, classes: 3),
        GlowConfiguration(
            height: 8,
            width: 4,
            channels: 3,
            levels: 2,
            steps: 2,
            hiddenChannels: 5,
            coupling: .additive,
            classes: 3,
            learnedTop: false
        ),
        GlowConfiguration(height: 8, width: 8, channels: 3, levels: 3, steps: 1, hiddenChannels: 17, classes: 0),
        GlowConfiguration(
            height: 4,
            width: 6,
            levels: 1,
            steps: 3,
            hiddenChannels: 4,
            coupling: .additive,
            classes: 0,
            learnedTop: false
        ),
    ]

    static func labels(_ count: Int, _ configuration: GlowConfiguration) -> [Int]? {
        configuration.classes > 0 ? (0..<count).map { $0 % configuration.classes } : nil
    }

    @Test("likelihood, every term of it and the latents agree with the definition", arguments: configurations)
    func definition(configuration: GlowConfiguration) throws {
        let checkpoint = try RandomGlow.checkpoint(configuration)
        let images = RandomGlow.images(3, configuration)
        let labels = Self.labels(3, configuration)
        let encoding = try Engines.glow(checkpoint).encode(images, labels: labels)
        let naive = NaiveGlow(configuration: configuration, parameters: checkpoint.parameters)
        let size = configuration.dimensions
        for image in 0..<3 {
            let pixels = images[image * size..<(image + 1) * size].map(Double.init)
            let truth = naive.forward(pixels, label: labels?[image])
            let scores = encoding.scores
            #expect(abs(scores.nll[image] - truth.nll) <= 1e-6 * abs(truth.nll))
            #expect(abs(Double(scores.bpd[image]) - truth.nll / (Double(size) * log(2))) <= 1e-5)
            #expect(scores.classMixture[image] == 0)
            for level in 0..<configuration.levels {
                #expect(abs(scores.logDeterminant[level][image] - truth.logDeterminants[level]) <= 1e-4)
                #expect(abs(scores.quadratic[level][image] - truth.quadratics[level]) <= 1e-4 * truth.quadratics[level])
                #expect(abs(scores.logScale[level][image] - truth.logScales[level]) <= 1e-4)
                let count = configuration.latentExtent(level: level + 1).count
                let latents = encoding.latents(level: level + 1)[image * count..<(image + 1) * count]
                #expect(worst(Array(latents), truth.latents[level].map { Float($0) }) <= 1e-4)
            }
        }
    }

    @Test("the terms add up to the likelihood, to the last bit", arguments: configurations)
    func decomposition(configuration: GlowConfiguration) throws {
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let scores = try model.score(RandomGlow.images(5, configuration))
        for image in 0..<5 {
            var sum = scores.constant
            for level in 0..<configuration.levels {
                sum -= scores.logDeterminant[level][image]
                sum += scores.quadratic[level][image]
                sum += scores.logScale[level][image]
            }
            sum += scores.classMixture[image]
            #expect(sum == scores.nll[image])
        }
        let dimensions = Double(configuration.dimensions)
        #expect(abs(scores.constant - dimensions * (log(256) + 0.5 * log(2 * Double.pi))) <= 1e-9)
        #expect(scores.columns.map(\.name).prefix(3) == ["bpd", "nll", "logdet.1"])
        #expect(scores.columns.allSatisfy { $0.values.count == 5 })
    }

    @Test("without labels the likelihood is the mean over the classes", arguments: configurations[0...1])
    func marginal(configuration: GlowConfiguration) throws {
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let images = RandomGlow.images(4, configuration)
        let marginal = try model.encode(images)
        let labelled = try (0..<configuration.classes).map {
            try model.score(images, labels: [Int](repeating: $0, count: 4)).nll
        }
        for image in 0..<4 {
            let nlls = labelled.map { $0[image] }
            let least = try #require(nlls.min())
            let mean = nlls.reduce(0) { $0 + exp(least - $1) } / Double(nlls.count)
            #expect(abs(marginal.scores.nll[image] - (least - log(mean))) <= 1e-9 * least)
            #expect(nlls[marginal.classes[image]] == least)
            #expect(0...log(Double(nlls.count)) ~= marginal.scores.classMixture[image])
        }
    }

    @Test("a learned top shifts the prior, a plain one is standard normal")
    func tops() throws {
        var configuration = Self.configurations[3]
        let images = RandomGlow.images(2, configuration)
        let plain = try Engines.glow(RandomGlow.checkpoint(configuration)).encode(images)
        #expect(plain.scores.logScale[0] == [0, 0])
        configuration.learnedTop = true
        var tensors = RandomGlow.tensors(Self.configurations[3], seed: 1)
        let channels = configuration.extent(level: 1).channels
        let (mean, logs) = ([Float](repeating: 0.5, count: channels), [Float](repeating: -0.25, count: channels))
        tensors["top.bias"] = Tensor(shape: [2 * channels], values: mean + logs)
        tensors["top.logs"] = Tensor(shape: [2 * channels], values: [Float](repeating: 0, count: 2 * channels))
        let metadata = RandomGlow.metadata(configuration)
        let checkpoint = try Checkpoint(metadata: metadata, tensors: tensors, name: "learned")
        let learned = try Engines.glow(checkpoint).encode(images)
        #expect(abs(learned.scores.logScale[0][0] + 0.25 * Double(configuration.dimensions)) <= 1e-6)
        let expected = plain.latents(level: 1).map { ($0 - 0.5) * exp(0.25) }
        #expect(worst(learned.latents(level: 1), expected) <= 1e-5)
    }

    @Test("a NaN or an infinity in one image is carried into its likelihood and into no other's")
    func nonFinite() throws {
        let configuration = Self.configurations[0]
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        var images = RandomGlow.images(3, configuration)
        let clean = try model.score(images)
        images[5] = .nan
        images[2 * configuration.dimensions + 9] = .infinity
        for labels in [nil, [0, 1, 2]] {
            let scores = try model.score(images, labels: labels)
            #expect(scores.nll[0].isNaN && scores.bpd[0].isNaN)
            #expect(!scores.nll[2].isFinite && !scores.bpd[2].isFinite)
            if labels == nil { #expect(scores.nll[1] == clean.nll[1]) }
        }
    }

    @Test("sizes and labels that do not fit are refused")
    func refusals() throws {
        let configuration = Self.configurations[0]
        let model = try Engines.glow(RandomGlow.checkpoint(configuration))
        let image = RandomGlow.images(1, configuration)
        #expect(throws: GlowInputError.partialImage(count: 65, configuration)) { try model.score(image + [0]) }
        #expect(throws: GlowInputError.labelCount(2, images: 1)) { try model.score(image, labels: [0, 1]) }
        let error = #expect(throws: GlowInputError.self) { try model.score(image, labels: [3]) }
        #expect(error?.description == "label 3 of image 0: the model has the classes 0...2")
        #expect(throws: GlowInputError.levelCount(1, levels: 2)) { try model.reverse(latents: [[]], labels: nil) }
        #expect(try model.score([]).count == 0)
    }

    @Test("a permutation that is none is refused with the tensor's name")
    func wrongPermutation() throws {
        let configuration = Self.configurations[0]
        for wrong: [Float] in [[0, 0, 1, 2], [0, 1, 2, 4], [0.5, 1, 2, 3], [.nan, 1, 2, 3]] {
            var tensors = RandomGlow.tensors(configuration, seed: 1)
            tensors["level.1.step.2.invertible.permutation"] = Tensor(shape: [4], values: wrong)
            let metadata = RandomGlow.metadata(configuration)
            let checkpoint = try Checkpoint(metadata: metadata, tensors: tensors, name: "m")
            let error = #expect(throws: CheckpointError.self) { try Engines.glow(checkpoint) }
            let tensor = "level.1.step.2.invertible.permutation"
            #expect(error?.description == "m: tensor '\(tensor)': not a permutation of 0..<4")
        }
    }

    @Test("the same weights serve images of another size")
    func otherSize() throws {
        var configuration = Self.configurations[0]
        let checkpoint = try RandomGlow.checkpoint(configuration)
        (configuration.height, configuration.width) = (4, 12)
        let pool = try #require(Engines.pools[1])
        let kernels = KernelSet(try InstructionSet.choose(override: nil))
        let size = ImageSize(height: 4, width: 12)
        let model = try Glow(checkpoint, imageSize: size, kernels: kernels, pool: pool)
        let image = RandomGlow.images(1, configuration)
        let naive = NaiveGlow(configuration: configuration, parameters: checkpoint.parameters)
        let truth = naive.forward(image.map(Double.init), label: 1).nll
        #expect(abs(try model.score(image, labels: [1]).nll[0] - truth) <= 1e-6 * abs(truth))
        let odd = ImageSize(height: 6, width: 12)
        #expect(throws: CheckpointError.self) { try Glow(checkpoint, imageSize: odd, kernels: kernels, pool: pool) }
    }
}
