// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import Testing

/// A small PixelCNN++ with random parameters and a batch, in single precision and by its definition in double
/// precision.
struct PixelCNNTrainingCase: CustomTestStringConvertible {
    let configuration: PixelCNNConfiguration
    let dropout: Double
    var batch: TrainingBatch

    static let configurations = [
        PixelCNNConfiguration(height: 8, width: 8, filters: 4, blocks: 1, mixtures: 2),
        PixelCNNConfiguration(height: 8, width: 12, filters: 3, blocks: 1, mixtures: 1, upsamplingNorm: .input),
    ]

    init(_ configuration: PixelCNNConfiguration, dropout: Double, images: Int = 2) {
        self.configuration = configuration
        self.dropout = dropout
        batch = TrainingBatch(images: RandomPixelCNN.images(images, configuration), labels: [], seed: 11, step: 3)
    }

    var testDescription: String { "\(configuration.upsamplingNorm), dropout \(dropout)" }

    /// Random parameters, none of them zero.
    func checkpoint() throws -> Checkpoint { try RandomPixelCNN.checkpoint(configuration) }

    func trainer(_ set: InstructionSet? = nil, threads: Int = 2) throws -> PixelCNNTrainer {
        let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
        let pool = Engines.pools[threads] ?? WorkPool(threads: threads)
        return PixelCNNTrainer(configuration, dropout: dropout, kernels: kernels, pool: pool)
    }

    /// Mean bits per dimension of the batch by the definition.
    func loss(_ parameters: DoubleParameters) -> Double {
        let size = configuration.dimensions
        let losses = (0..<batch.images.count / size).map { image in
            var naive = NaivePixelCNN(configuration: configuration, parameters: parameters)
            naive.dropout = { factors($0, image: image) }
            let x = Array(batch.images[image * size..<(image + 1) * size])
            let nll = NaivePixelCNN.nll(x, naive.logits(x), mixtures: configuration.mixtures)
            return nll.reduce(0, +) / (Double(size) * log(2))
        }
        return losses.reduce(0, +) / Double(losses.count)
    }

    /// Blocks in the order in which their dropout is numbered: of either stream those on the way down, then back.
    private var blocks: [(name: String, pixels: Int)] {
        ["u", "ul"].flatMap { stream in
            let up = (0..<3).flatMap { resolution in
                (1...configuration.blocks).map { ("up.\(resolution + 1).\(stream).\($0)", resolution) }
            }
            let down = (0..<3).flatMap { resolution in
                (1...(resolution == 2 ? configuration.blocks : configuration.blocks + 1)).map {
                    ("down.\(3 - resolution).\(stream).\($0)", resolution)
                }
            }
            return (up + down).map { ($0.0, configuration.dimensions >> (2 * $0.1)) }
        }
    }

    /// 0 for what is dropped, else one over the fraction kept.
    private func factors(_ block: String, image: Int) -> [Double]? {
        guard dropout > 0, let layer = blocks.firstIndex(where: { $0.name == block }) else { return nil }
        let stream = Dropout.stream(seed: batch.seed, step: batch.step, image: image, layer: layer)
        let count = blocks[layer].pixels * 2 * configuration.filters
        return (0..<count).map { element in
            let byte = stream.word(element / 4) >> UInt32(8 * (element % 4)) & 255
            return Double(byte) < dropout * 256 ? 0 : 1 / (1 - dropout)
        }
    }
}
