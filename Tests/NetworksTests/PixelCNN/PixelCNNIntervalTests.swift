// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import Testing
import Vocabulary

/// What a PixelCNN++ makes of 8-bit cells.
@Suite(.timeLimit(.minutes(5))) struct PixelCNNIntervalTests {
    private static let configuration = RandomPixelCNN.configurations[0]

    private func model() throws -> PixelCNN {
        try RandomPixelCNN.model(RandomPixelCNN.checkpoint(Self.configuration))
    }

    @Test("the probabilities of a pixel's 256 levels sum to 1, given any pixels before it")
    func sums() throws {
        let (model, size) = (try model(), Self.configuration.dimensions)
        // The first image is on levels, the third is not.
        let images = RandomPixelCNN.images(4, Self.configuration)
        for image in [0, 2] {
            let before = Array(images[image * size..<(image + 1) * size - 1])
            let all = (0..<256).flatMap { before + [PixelCNN.input(level: $0)] }
            let lengths = try model.codeLengths(all, intervals: true)
            let sum = (0..<256).reduce(0.0) { $0 + exp2(-Double(lengths[($1 + 1) * size - 1])) }
            #expect(abs(sum - 1) <= 1e-5)
        }
    }

    @Test("noise below half a level leaves the target's term, and noise beyond it moves it to the next level's")
    func withinCell() throws {
        let (model, size) = (try model(), Self.configuration.dimensions)
        let image = Array(RandomPixelCNN.images(1, Self.configuration)[..<(size - 1)])
        // No pixel has the last one in its context.
        func scores(_ level: Int, _ noise: Float) throws -> PixelCNNScores {
            try model.score(image + [PixelCNN.input(level: level) + noise * 2 / 255])
        }
        for level in [0, 1, 128, 255] {
            let clean = try scores(level, 0)
            for noise in [Float(-0.49), -0.1, 0.1, 0.49] {
                let noisy = try scores(level, noise)
                #expect(noisy.intervalNLL == clean.intervalNLL)
                // Beyond the ends is the open cell of the last level, to the density too.
                if (1...254).contains(level) { #expect(noisy.nll != clean.nll) }
            }
            let other = level == 255 ? -1 : 1
            #expect(try scores(level, Float(other) * 0.51).intervalNLL == scores(level + other, 0).intervalNLL)
        }
    }

    @Test("lengths of levels and of pixels sum to what their columns say")
    func columns() throws {
        let (model, size) = (try model(), Self.configuration.dimensions)
        let images = RandomPixelCNN.images(4, Self.configuration)
        let scores = try model.score(images)
        #expect(scores.intervalColumns.map(\.name) == ["bpd", "nll", "bpd.density"])
        #expect(scores.intervalColumns[0].values == scores.columns[2].values)
        #expect(scores.intervalColumns[2].values == scores.columns[0].values)
        let lengths = try model.codeLengths(images, intervals: true)
        for image in 0..<4 {
            let bits = lengths[image * size..<(image + 1) * size].reduce(0.0) { $0 + Double($1) }
            #expect(abs(bits * log(2) - scores.intervalNLL[image]) <= 1e-5 * scores.intervalNLL[image])
        }
    }
}
