// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(5))) struct PixelCNNLikelihoodTests {
    @Test("logits and likelihoods agree with a naive network", arguments: RandomPixelCNN.configurations)
    func naive(configuration: PixelCNNConfiguration) throws {
        let checkpoint = try RandomPixelCNN.checkpoint(configuration)
        let model = try RandomPixelCNN.model(checkpoint)
        let naive = NaivePixelCNN(configuration: configuration, parameters: checkpoint.parameters)
        let images = RandomPixelCNN.images(4, configuration)
        let (logits, scores) = (try model.logits(images), try model.score(images))
        let lengths = try model.codeLengths(images)
        let size = configuration.dimensions
        for image in 0..<4 {
            let x = Array(images[image * size..<(image + 1) * size])
            let expected = naive.logits(x)
            let found = Array(logits[image * expected.values.count..<(image + 1) * expected.values.count])
            #expect(worst(found, expected.values.map { Float($0) }) <= 1e-4 * scale(expected.values.map { Float($0) }))
            let nll = NaivePixelCNN.nll(x, expected, mixtures: configuration.mixtures)
            let total = nll.reduce(0, +)
            #expect(abs(scores.nll[image] - total) <= 1e-4 * Double(size) * log(2), "image \(image)")
            let found2 = Array(lengths[image * size..<(image + 1) * size])
            #expect(worst(found2, nll.map { Float($0 / log(2)) }) <= 2e-3)
        }
    }

    @Test("every pixel of the logits depends on nothing behind it, to the last bit")
    func causality() throws {
        let configuration = RandomPixelCNN.configurations[1]
        let model = try RandomPixelCNN.model(RandomPixelCNN.checkpoint(configuration))
        let image = RandomPixelCNN.images(1, configuration)
        let size = configuration.dimensions
        let before = try model.logits(image).map(\.bitPattern)
        let logits = before.count / size
        for pixel in 0..<size {
            for value in [image[pixel] == 0.5 ? 0.25 : 0.5, Float.nan] {
                var changed = image
                changed[pixel] = value
                let after = try model.logits(changed).map(\.bitPattern)
                let end = (pixel + 1) * logits
                #expect(after[..<end] == before[..<end], "pixel \(pixel)")
                #expect(pixel == size - 1 || after[end...] != before[end...], "pixel \(pixel) reaches nothing")
            }
        }
    }

    @Test("the columns of a result table, the rounded image's only where asked for")
    func columns() throws {
        let configuration = RandomPixelCNN.configurations[0]
        let model = try RandomPixelCNN.model(RandomPixelCNN.checkpoint(configuration))
        let images = RandomPixelCNN.images(4, configuration)
        let plain = try model.score(images)
        #expect(plain.columns.map(\.name) == ["bpd", "nll", "bpd.interval"])
        let scores = try model.score(images, snapped: true)
        #expect(scores.columns.map(\.name) == ["bpd", "nll", "bpd.interval", "bpd.snapped"])
        #expect(scores.nll == plain.nll)
        let rounded = images.map { PixelCNN.input(level: Int(min(max((($0 + 1) * 127.5).rounded(), 0), 255))) }
        #expect(scores.snappedNLL == (try model.score(rounded).nll))
        #expect(scores.snappedNLL.map { Array($0[..<2]) } == Array(scores.nll[..<2]))
        for (interval, nll) in zip(scores.intervalNLL[..<2], scores.nll) { #expect(abs(interval - nll) < 0.1) }
        #expect(zip(scores.bpd, scores.nll).allSatisfy { abs(Double($0) * 64 * log(2) - $1) < 1e-3 })
    }

    @Test("NaN reaches every number of its image and none of another")
    func notANumber() throws {
        let configuration = RandomPixelCNN.configurations[0]
        let model = try RandomPixelCNN.model(RandomPixelCNN.checkpoint(configuration))
        var images = RandomPixelCNN.images(3, configuration)
        let before = try model.score(images, snapped: true)
        images[configuration.dimensions + 9] = .nan
        let scores = try model.score(images, snapped: true)
        #expect(scores.nll[1].isNaN && scores.intervalNLL[1].isNaN && scores.snappedNLL?[1].isNaN == true)
        for image in [0, 2] {
            #expect(scores.nll[image] == before.nll[image])
            #expect(scores.intervalNLL[image] == before.intervalNLL[image])
        }
    }

    @Test("numbers that are no whole image, wrong families and impossible sizes are refused")
    func refusals() throws {
        let checkpoint = try RandomPixelCNN.checkpoint(RandomPixelCNN.configurations[0])
        let model = try RandomPixelCNN.model(checkpoint)
        let error = #expect(throws: PixelCNNInputError.self) { try model.score([Float](repeating: 0, count: 65)) }
        #expect(error?.description == "65 numbers are no whole number of 8×8×1 images")
        let glow = try RandomGlow.checkpoint(CheckpointTests.small)
        #expect(throws: CheckpointError.self) { try RandomPixelCNN.model(glow) }
        #expect(PixelCNNConfiguration(height: 30).problem == "an image of 30×28 cannot be halved twice")
        #expect(PixelCNNConfiguration(channels: 3).problem?.hasPrefix("channels must be 1, not 3") == true)
        #expect(PixelCNNConfiguration(height: 4).problem == "an image of 4×28; 8×8 to 256×256 can be used")
        #expect(PixelCNNConfiguration().problem == nil)
    }

    @Test("a fresh model has the paper's sizes and the published count of parameters")
    func initialised() throws {
        let checkpoint = try Checkpoint.initialised(.pixelcnn)
        #expect(checkpoint.metadata.architecture == .pixelcnn(PixelCNNConfiguration()))
        #expect(checkpoint.metadata.preprocessing == .none)
        #expect(checkpoint.facts.family == .pixelcnn && checkpoint.facts.levels == 0)
        let count = checkpoint.parameters.tensors.values.reduce(0) { $0 + $1.values.count }
        #expect(abs(Double(count) / 1e6 - 9.43) < 0.005, "\(count)")
        #expect(try CheckpointMetadata(checkpoint.metadata.texts, file: "x") == checkpoint.metadata)
    }
}
