// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import Testing

/// An image's numbers are the same bits whatever it is batched with, on any threads, with any instruction set.
@Suite(.timeLimit(.minutes(5))) struct PixelCNNBitwiseTests {
    @Test("random models", arguments: RandomPixelCNN.configurations)
    func randomModels(configuration: PixelCNNConfiguration) throws {
        let images = RandomPixelCNN.images(65, configuration)
        let checkpoint = try RandomPixelCNN.checkpoint(configuration)
        let expected = try bits(RandomPixelCNN.model(checkpoint, threads: 1), images, together: 64)
        for set in InstructionSet.available {
            for threads in [1, 2, 3] {
                let model = try RandomPixelCNN.model(checkpoint, set, threads: threads)
                for batch in [64, 7, 1] {
                    let few = set == .portable ? Array(images[..<(8 * configuration.dimensions)]) : images
                    let found = try bits(model, few, together: batch)
                    #expect(found[...] == expected[..<found.count], "\(set), \(threads) threads, batches of \(batch)")
                }
            }
        }
    }

    private func bits(_ model: PixelCNN, _ images: [Float], together: Int) throws -> [UInt64] {
        let size = model.configuration.dimensions
        var bits: [UInt64] = []
        for start in stride(from: 0, to: images.count, by: together * size) {
            let scores = try model.score(Array(images[start..<min(start + together * size, images.count)]))
            for image in 0..<scores.count {
                bits += [scores.nll[image].bitPattern, scores.intervalNLL[image].bitPattern]
            }
        }
        return bits
    }
}
