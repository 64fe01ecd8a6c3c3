// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// One batch on its way through a classifier in training, and back.
///
/// Batch normalisation needs the statistics of the whole batch before a layer can end, so every layer is one
/// `pool.forEach` over chunks: it ends the layer before it and begins its own. Sums of statistics are added in the
/// order of chunks.
struct ResNetTrainingPass: Sendable {
    let network: TrainableResNet
    let memory: ResNetTrainingMemory
    let parameters: AlignedBuffer
    let images: AlignedBuffer
    let labels: [Int]
    let pool: WorkPool
    let workspaces: [TrainingWorkspace]

    var count: Int { labels.count }
    var chunks: Int { (count + ResNetTrainingMemory.chunkSize - 1) / ResNetTrainingMemory.chunkSize }

    /// Runs `body` with every chunk.
    private func forEachChunk(_ body: @Sendable (ResNetChunk) -> Void) {
        pool.forEach(chunks) { index, thread in
            let first = index * ResNetTrainingMemory.chunkSize
            let range = first..<min(first + ResNetTrainingMemory.chunkSize, count)
            body(ResNetChunk(pass: self, index: index, images: range, workspace: workspaces[thread]))
        }
    }

    /// Computes all activations and the logits.
    ///
    /// - Returns: The batch's statistics in every layer.
    func forward() -> [BatchStatistics] {
        var statistics: [BatchStatistics] = []
        for index in network.layers.indices {
            let before = statistics.last.map { network.layers[index - 1].convolution.norm(parameters, $0) }
            forEachChunk { chunk in
                if let before { chunk.normalise(index - 1, before) }
                chunk.convolve(index)
            }
            statistics.append(BatchStatistics(memory.sums[index], chunks: chunks))
        }
        let last = statistics.count - 1
        let norm = network.layers[last].convolution.norm(parameters, statistics[last])
        forEachChunk { chunk in
            chunk.normalise(last, norm)
            chunk.classify()
        }
        return statistics
    }

    /// Overwrites `gradient` by that of the mean cross-entropy, behind ``forward()``.
    func backward(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ statistics: [BatchStatistics]) {
        let last = network.layers.count - 1
        let norms = zip(network.layers, statistics).map { $0.convolution.norm(parameters, $1) }
        gradient.clear()
        forEachChunk { chunk in
            chunk.classifyBackward()
            chunk.rectifyBackward(last, norms[last])
        }
        for index in network.layers.indices.reversed() {
            let norm = norms[index].gradient(memory.sums[index], chunks: chunks)
            network.layers[index].convolution.write(norm, into: gradient)
            forEachChunk { chunk in
                chunk.convolveBackward(index, norm)
                if index > 0 { chunk.rectifyBackward(index - 1, norms[index - 1]) }
            }
        }
        memory.chunks.reduce(chunks, into: effectiveGradient, pool)
        for layer in network.layers { layer.convolution.unfold(gradient, effectiveGradient) }
        network.head.unfold(gradient, effectiveGradient)
    }
}
