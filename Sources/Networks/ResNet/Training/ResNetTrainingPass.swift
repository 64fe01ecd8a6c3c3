// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// One batch on its way through a classifier in training, and back.
///
/// Batch normalisation needs the statistics of the whole batch before a layer can end, so every layer is one
/// `pool.forEach` over grains: it ends the layer before it and begins its own. Sums of statistics are added in the order
/// of grains.
struct ResNetTrainingPass: Sendable {
    let network: TrainableResNet
    let memory: ResNetTrainingMemory
    let parameters: AlignedBuffer
    let images: AlignedBuffer
    let labels: [Int]
    let pool: WorkPool
    let workspaces: [TrainingWorkspace]

    var count: Int { labels.count }
    var grains: Int { (count + ResNetTrainingMemory.grain - 1) / ResNetTrainingMemory.grain }

    /// Runs `body` with every grain.
    private func forEachGrain(_ body: @Sendable (ResNetGrain) -> Void) {
        pool.forEach(grains) { index, thread in
            let first = index * ResNetTrainingMemory.grain
            let range = first..<min(first + ResNetTrainingMemory.grain, count)
            body(ResNetGrain(pass: self, index: index, images: range, workspace: workspaces[thread]))
        }
    }

    /// Computes all activations and the logits.
    ///
    /// - Returns: The batch's statistics in every layer.
    func forward() -> [BatchStatistics] {
        var statistics: [BatchStatistics] = []
        for index in network.layers.indices {
            let before = statistics.last.map { network.layers[index - 1].norm(parameters, $0) }
            forEachGrain { grain in
                if let before { grain.normalise(index - 1, before) }
                grain.convolve(index)
            }
            statistics.append(BatchStatistics(memory.sums[index], grains: grains))
        }
        let last = statistics.count - 1
        let norm = network.layers[last].norm(parameters, statistics[last])
        forEachGrain { grain in
            grain.normalise(last, norm)
            grain.classify()
        }
        return statistics
    }

    /// Overwrites `gradient` by that of the mean cross-entropy, behind ``forward()``.
    func backward(_ gradient: AlignedBuffer, _ effectiveGradient: AlignedBuffer, _ statistics: [BatchStatistics]) {
        let last = network.layers.count - 1
        let norms = zip(network.layers, statistics).map { $0.norm(parameters, $1) }
        gradient.clear()
        forEachGrain { grain in
            grain.classifyBackward()
            grain.rectifyBackward(last, norms[last])
        }
        for index in network.layers.indices.reversed() {
            let norm = norms[index].gradient(memory.sums[index], grains: grains)
            network.layers[index].write(norm, into: gradient)
            forEachGrain { grain in
                grain.convolveBackward(index, norm)
                if index > 0 { grain.rectifyBackward(index - 1, norms[index - 1]) }
            }
        }
        memory.grains.reduce(grains, into: effectiveGradient, pool)
        for layer in network.layers { layer.convolution.unfold(gradient, effectiveGradient) }
        network.head.unfold(gradient, effectiveGradient)
    }
}
