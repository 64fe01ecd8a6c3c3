// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import Testing

/// An image's numbers are the same bits whatever it is batched with, on any threads, with any instruction set.
@Suite(.timeLimit(.minutes(5))) struct BitwiseLawTests {
    @Test("random models", arguments: GlowLikelihoodTests.configurations)
    func randomModels(configuration: GlowConfiguration) throws {
        let images = RandomGlow.images(70, configuration)
        let labels = GlowLikelihoodTests.labels(70, configuration)
        let checkpoint = try RandomGlow.checkpoint(configuration)
        try check(checkpoint, images, labels, InstructionSet.available)
        try check(checkpoint, images, nil, InstructionSet.available)
    }

    @Test("reference models", arguments: Reference.glows)
    func referenceModels(name: String) throws {
        let golden = try Golden(name)
        try check(golden.checkpoint, golden.values("x"), golden.labels, InstructionSet.available)
    }

    @Test(
        "the trained model of the paper's size",
        .enabled(if: Reference.hasTrained, "needs reference/glow-affine-mnist-trained below BITSWEEP_SHARED")
    )
    func trainedModel() throws {
        let golden = try Golden(Reference.trained)
        let (images, labels) = (try golden.values("x"), golden.labels)
        try check(golden.checkpoint, images, labels, InstructionSet.available.filter { $0 != .portable })
        // The portable kernels would need minutes for all images of the largest model.
        let two = Array(images.prefix(2 * golden.configuration.dimensions))
        try check(golden.checkpoint, two, Array(labels.prefix(2)), [.portable])
    }

    private func check(_ checkpoint: Checkpoint, _ images: [Float], _ labels: [Int]?, _ sets: [InstructionSet]) throws {
        let expected = try bits(Engines.glow(checkpoint, threads: 1), images, labels, together: 64)
        for set in sets {
            for threads in [1, 2, 5] {
                let model = try Engines.glow(checkpoint, set, threads: threads)
                for batch in [64, 7, 1] {
                    let found = try bits(model, images, labels, together: batch)
                    #expect(found == expected, "\(set), \(threads) threads, batches of \(batch)")
                }
            }
        }
    }

    /// Per image: its likelihood, and its pixels after half of every level's latents are taken away.
    private func bits(_ model: Glow, _ images: [Float], _ labels: [Int]?, together: Int) throws -> [UInt64] {
        let size = model.configuration.dimensions
        let count = images.count / size
        let halves = [Float](repeating: 0.5, count: model.configuration.levels)
        var bits: [UInt64] = []
        for start in stride(from: 0, to: count, by: together) {
            let range = start..<min(start + together, count)
            let batch = Array(images[range.lowerBound * size..<range.upperBound * size])
            let encoding = try model.encode(batch, labels: labels.map { Array($0[range]) })
            let decoded = model.decode(encoding, scaling: halves)
            for image in 0..<range.count {
                bits.append(encoding.scores.nll[image].bitPattern)
                bits += decoded[image * size..<(image + 1) * size].map { UInt64($0.bitPattern) }
            }
        }
        return bits
    }
}
