// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import TestSupport
import Vocabulary

/// PixelCNN++ checkpoints with well-behaved random weights, and models of them.
enum RandomPixelCNN {
    static let configurations = [
        PixelCNNConfiguration(height: 8, width: 8, filters: 5, blocks: 1, mixtures: 1),
        PixelCNNConfiguration(height: 12, width: 8, filters: 7, blocks: 2, mixtures: 3, upsamplingNorm: .input),
        PixelCNNConfiguration(height: 8, width: 16, filters: 18, blocks: 1, mixtures: 2),
    ]

    static func checkpoint(_ configuration: PixelCNNConfiguration, seed: UInt64 = 1) throws -> Checkpoint {
        var generator = SplitMix64(seed: seed)
        let metadata = CheckpointMetadata(
            architecture: .pixelcnn(configuration),
            preprocessing: .none,
            provenance: "random"
        )
        var tensors: [String: Tensor] = [:]
        for spec in metadata.parameters {
            let isLength = spec.name.hasSuffix(".g")
            let range: ClosedRange<Float> = isLength ? 0.5...1.5 : -0.3...0.3
            let values = (0..<spec.shape.reduce(1, *)).map { _ in Float.random(in: range, using: &generator) }
            tensors[spec.name] = Tensor(shape: spec.shape, values: values)
        }
        return try Checkpoint(metadata: metadata, tensors: tensors, name: "random")
    }

    /// Images of levels, the second half of them moved between the levels and beyond their ends.
    static func images(_ count: Int, _ configuration: PixelCNNConfiguration, seed: UInt64 = 2) -> [Float] {
        var generator = SplitMix64(seed: seed)
        let half = (count + 1) / 2 * configuration.dimensions
        return (0..<count * configuration.dimensions).map { index in
            let level = Int.random(in: -60...315, using: &generator)
            let x = PixelCNN.input(level: min(max(level, 0), 255))
            return index < half ? x : x + Float.random(in: -0.01...0.01, using: &generator)
        }
    }

    static func model(_ checkpoint: Checkpoint, _ set: InstructionSet? = nil, threads: Int = 2) throws -> PixelCNN {
        let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
        let pool = Engines.pools[threads] ?? WorkPool(threads: threads)
        return try PixelCNN(checkpoint, kernels: kernels, pool: pool)
    }
}
