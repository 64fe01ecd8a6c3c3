// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import TestSupport
import Vocabulary

/// Glow checkpoints with well-behaved random weights, the same for the same seed on every machine.
enum RandomGlow {
    static func checkpoint(_ configuration: GlowConfiguration, seed: UInt64 = 1) throws -> Checkpoint {
        try Checkpoint(metadata: metadata(configuration), tensors: tensors(configuration, seed: seed), name: "random")
    }

    static func metadata(_ configuration: GlowConfiguration) -> CheckpointMetadata {
        CheckpointMetadata(architecture: .glow(configuration), preprocessing: .none, provenance: "random")
    }

    /// Images in [-0.5, 0.5), [image][row][column][channel].
    static func images(_ count: Int, _ configuration: GlowConfiguration, seed: UInt64 = 2) -> [Float] {
        var generator = SplitMix64(seed: seed)
        return (0..<count * configuration.dimensions).map { _ in .random(in: -0.5..<0.5, using: &generator) }
    }

    static func tensors(_ configuration: GlowConfiguration, seed: UInt64) -> [String: Tensor] {
        var generator = SplitMix64(seed: seed)
        var tensors: [String: Tensor] = [:]
        let metadata = metadata(configuration)
        for spec in metadata.parameters {
            let count = spec.shape.reduce(1, *)
            let kind = spec.name.split(separator: ".").last
            let values: [Float] =
                switch kind {
                case "permutation": (0..<count).shuffled(using: &generator).map(Float.init)
                case "sign-s": (0..<count).map { _ in Bool.random(using: &generator) ? 1 : -1 }
                case "weight": normal(count, 1 / Float(spec.shape.dropFirst().reduce(1, *)).squareRoot(), &generator)
                case "lower", "upper": normal(count, 0.4 / Float(spec.shape[0]).squareRoot(), &generator)
                default: normal(count, 0.1, &generator)
                }
            tensors[spec.name] = Tensor(shape: spec.shape, values: values)
        }
        return tensors
    }

    /// Nearly normal: the sum of twelve uniform numbers.
    private static func normal(_ count: Int, _ scale: Float, _ generator: inout SplitMix64) -> [Float] {
        (0..<count).map { _ in
            scale * (0..<12).reduce(0) { sum, _ in sum + Float.random(in: -0.5..<0.5, using: &generator) }
        }
    }
}
