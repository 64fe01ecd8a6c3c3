// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import Testing

/// A small Glow with random parameters everywhere, and images to train it on.
struct GlowTrainingCase: Sendable, CustomTestStringConvertible {
    let configuration: GlowConfiguration

    static let all =
        Coupling.Kind.allCases.map {
            GlowTrainingCase(
                GlowConfiguration(height: 8, width: 8, levels: 2, steps: 2, hiddenChannels: 8, coupling: $0, classes: 3)
            )
        } + [
            GlowTrainingCase(
                GlowConfiguration(height: 8, width: 4, channels: 3, levels: 2, steps: 1, hiddenChannels: 17, classes: 0)
            ),
            GlowTrainingCase(
                GlowConfiguration(
                    height: 8,
                    width: 8,
                    levels: 3,
                    steps: 1,
                    hiddenChannels: 32,
                    classes: 2,
                    learnedTop: false
                )
            ),
        ]

    init(_ configuration: GlowConfiguration) { self.configuration = configuration }

    var testDescription: String {
        let model = configuration
        let size = "\(model.height)×\(model.width)×\(model.channels), \(model.levels) levels of \(model.steps)"
        return "\(model.coupling) \(size), hidden \(model.hiddenChannels), \(model.classes) classes"
    }

    func parameters(seed: UInt64 = 1) throws -> ParameterSet {
        try RandomGlow.checkpoint(configuration, seed: seed).parameters
    }

    func batch(_ count: Int) -> TrainingBatch {
        TrainingBatch(
            images: RandomGlow.images(count, configuration),
            labels: (0..<count).map { ($0 * 5 + 1) % max(configuration.classes, 1) }
        )
    }

    func trainer(_ set: InstructionSet? = nil, threads: Int = 2) throws -> GlowTrainer {
        let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
        let pool = Engines.pools[threads] ?? WorkPool(threads: threads)
        return try GlowTrainer(configuration, kernels: kernels, pool: pool)
    }

    /// Mean bits per dimension by the definition.
    func loss(_ parameters: DoubleParameters, _ batch: TrainingBatch) -> Double {
        let naive = NaiveGlow(configuration: configuration, parameters: parameters)
        let size = configuration.dimensions
        let sum = batch.labels.enumerated().reduce(0.0) { sum, image in
            let pixels = batch.images[image.offset * size..<(image.offset + 1) * size].map(Double.init)
            return sum + naive.forward(pixels, label: configuration.classes > 0 ? image.element : nil).nll
        }
        return sum / (Double(batch.labels.count * size) * log(2))
    }
}

extension AlignedBuffer {
    var bits: [UInt32] { elements.map(\.bitPattern) }
}
