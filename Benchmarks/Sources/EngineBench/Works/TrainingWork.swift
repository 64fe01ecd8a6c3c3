// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import SweepPlan
import Training

/// Training steps on one batch, from one checkpoint.
struct TrainingWork {
    /// The mean loss, then the norm of every parameter's gradient in the order of their names; nothing is dropped.
    let check: Pass
    /// One step: the gradient of the mean loss, then Adam.
    let step: Pass

    /// Makes a trainer for a checkpoint's model with that probability of dropout.
    typealias MakeTrainer = (CheckpointMetadata.Architecture, _ dropout: Double) throws -> any Trainer

    /// Small enough to leave random weights well-behaved however many steps are timed.
    private static let learningRate = 1e-5

    init(_ setting: Setting, isLabelled: Bool = true, _ makeTrainer: @escaping MakeTrainer) throws {
        let checkpoint = try Checkpoint(contentsOf: setting.weights)
        let architecture = checkpoint.metadata.architecture
        let trainer = try makeTrainer(architecture, 0.5)
        let parameters = trainer.layout.vector(checkpoint.parameters)
        let gradient = AlignedBuffer(count: trainer.layout.count)
        let labels = isLabelled ? try setting.labels() : []
        let optimiser = Optimiser(
            .adam(beta1: 0.9, beta2: 0.999),
            count: trainer.layout.count,
            learned: trainer.learned,
            pool: setting.pool
        )
        var batch = TrainingBatch(images: try setting.images(), labels: labels)
        check = {
            let plain = try makeTrainer(architecture, 0)
            let outcome = plain.gradient(gradient, of: batch, at: parameters)
            return [Float(outcome.meanLoss)] + Self.norms(gradient, plain)
        }
        step = {
            _ = trainer.gradient(gradient, of: batch, at: parameters)
            optimiser.step(batch.step + 1, parameters, along: gradient, scale: 1, learningRate: Self.learningRate)
            trainer.measure(parameters)
            batch.step += 1
            return []
        }
    }

    private static func norms(_ gradient: AlignedBuffer, _ trainer: any Trainer) -> [Float] {
        let ranges = trainer.layout.specs.map { ($0.name, trainer.layout.range($0.name)) }
        let learned = ranges.filter { _, range in trainer.learned.contains { $0.overlaps(range) } }
        return learned.sorted { $0.0 < $1.0 }.map { _, range in
            Float(gradient.values(range).reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
        }
    }
}

extension Works {
    /// The training steps that are measured, by the names of `pytorch/training.py`.
    static let training: [String: @Sendable (Setting) throws -> TrainingWork] = [
        "glow-training": { setting in
            try TrainingWork(setting) { architecture, _ in
                guard case .glow(let glow) = architecture else { throw BenchError.otherFamily("glow") }
                return try GlowTrainer(glow, kernels: setting.kernels, pool: setting.pool)
            }
        },
        "pixelcnn-training": { setting in
            try TrainingWork(setting, isLabelled: false) { architecture, dropout in
                guard case .pixelcnn(let pixelcnn) = architecture else { throw BenchError.otherFamily("pixelcnn") }
                return PixelCNNTrainer(pixelcnn, dropout: dropout, kernels: setting.kernels, pool: setting.pool)
            }
        },
        "resnet-training": { setting in
            try TrainingWork(setting) { architecture, _ in
                guard case .resnet(let resnet) = architecture else { throw BenchError.otherFamily("resnet") }
                return try ResNetTrainer(resnet, kernels: setting.kernels, pool: setting.pool)
            }
        },
    ]
}
