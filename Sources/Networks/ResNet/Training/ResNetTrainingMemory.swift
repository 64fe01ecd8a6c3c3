// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers

/// What a classifier's pass over a batch keeps for the way back, for at most `capacity` images.
final class ResNetTrainingMemory: Sendable {
    /// Images of one chunk: its activations stay in a thread's cache from one layer to the next.
    static let chunkSize = 8

    let capacity: Int
    /// Per layer, what its convolution wrote.
    let convolved: [AlignedBuffer]
    /// Per layer, what it wrote.
    let written: [AlignedBuffer]
    /// Per layer, the gradient of what it wrote, then of its normalisation, then of its convolution.
    let gradients: [AlignedBuffer]
    /// Per layer, the sums over its channels, used forward and backward.
    let sums: [ChunkSums]
    /// Means over the pixels of an image, and logits; then their gradients.
    let means: AlignedBuffer
    let logits: AlignedBuffer
    let meanGradients: AlignedBuffer
    let logitGradients: AlignedBuffer
    let chunks: ChunkGradients

    init(_ network: TrainableResNet, capacity: Int) {
        let chunks = (capacity + Self.chunkSize - 1) / Self.chunkSize
        func buffers() -> [AlignedBuffer] {
            network.layers.map { AlignedBuffer(count: capacity * $0.output.count) }
        }
        let features = network.layers[network.layers.count - 1].output.channels
        let classes = network.configuration.classes
        self.capacity = capacity
        convolved = buffers()
        written = buffers()
        gradients = buffers()
        sums = network.layers.map { ChunkSums(chunks: chunks, count: 2 * $0.output.channels) }
        means = AlignedBuffer(count: capacity * features)
        meanGradients = AlignedBuffer(count: capacity * features)
        logits = AlignedBuffer(count: capacity * classes)
        logitGradients = AlignedBuffer(count: capacity * classes)
        self.chunks = ChunkGradients(chunks: chunks, count: network.effectiveCount)
    }
}
