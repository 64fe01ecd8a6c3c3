// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import Testing

@Suite(.timeLimit(.minutes(5))) struct PixelCNNSamplingTests {
    /// Draws pixel after pixel, each from a pass over the whole image.
    private func naive(_ model: PixelCNN, seed: UInt64, index: UInt64) throws -> [Float] {
        let (size, mixtures) = (model.configuration.dimensions, model.configuration.mixtures)
        let stream = RandomStream(seed: seed, purpose: .sampling, index: index)
        let uniforms = stream.uniforms(size * (mixtures + 1))
        var image = [Float](repeating: 0, count: size)
        for pixel in 0..<size {
            let logits = AlignedBuffer(try model.logits(image))
            let numbers = uniforms[pixel * (mixtures + 1)..<(pixel + 1) * (mixtures + 1)]
            let view = RowView(logits, rows: size, channels: 3 * mixtures)
            image[pixel] = LogisticMixture(components: mixtures).draw(view, row: pixel, uniforms: numbers)
        }
        return image
    }

    @Test("samples are those of one pass per pixel, bit for bit", arguments: RandomPixelCNN.configurations)
    func equality(configuration: PixelCNNConfiguration) throws {
        let checkpoint = try RandomPixelCNN.checkpoint(configuration)
        let model = try RandomPixelCNN.model(checkpoint, threads: 2)
        let expected = try (0..<3).flatMap { try naive(model, seed: 9, index: 5 + $0) }
        #expect(model.sample(count: 3, seed: 9, firstIndex: 5).map(\.bitPattern) == expected.map(\.bitPattern))
        let single = try RandomPixelCNN.model(checkpoint, threads: 1)
        #expect(single.sample(count: 3, seed: 9, firstIndex: 5).map(\.bitPattern) == expected.map(\.bitPattern))
    }

    @Test("seeds and indices decide the images, which lie in -1 ... 1")
    func seeds() throws {
        let model = try RandomPixelCNN.model(RandomPixelCNN.checkpoint(RandomPixelCNN.configurations[0]))
        let images = model.sample(count: 2, seed: 1)
        #expect(images.allSatisfy { -1...1 ~= $0 })
        #expect(images[..<64] != images[64...])
        #expect(Array(images[64...]) == model.sample(count: 1, seed: 1, firstIndex: 1))
        #expect(images != model.sample(count: 2, seed: 2))
        #expect(model.sample(count: 0, seed: 1).isEmpty)
    }
}
