// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Layers
import Networks
import SweepPlan
import Synchronization
import Vocabulary

@testable import Training

/// Recipes and images that take no time, and a network whose gradient everyone knows.
enum SmallTraining {
    static let kernels = KernelSet(InstructionSet.available.last ?? .portable)

    /// `count` images of 8×8 pixels in three classes.
    static func images(_ count: Int = 40, seed: UInt64 = 1) -> ImageDataset {
        let shape = ImageShape(height: 8, width: 8)
        let draws = RandomStream(seed: seed, purpose: .noise, index: 0)
        return ImageDataset(
            name: "small",
            split: "train",
            shape: shape,
            pixels: (0..<count * shape.count).map { UInt8(draws.word($0) >> 24) / ($0 % 8 < 4 ? 1 : 4) },
            labels: (0..<count).map { UInt8($0 % 3) },
            classCount: 3
        )
    }

    /// A flow of two levels that any machine trains in no time.
    static func recipe(
        _ optimiser: RecipeOptimiser = RecipeOptimiser(.adam(beta1: 0.9, beta2: 0.99), learningRate: 1e-3, polyak: 0.9),
        length: Recipe.Length = .steps(12)
    ) -> Recipe {
        var glow = RecipeModel.GlowSizes()
        (glow.levels, glow.steps, glow.hiddenChannels, glow.classes) = (2, 2, 6, 3)
        return Recipe(
            name: "small",
            model: RecipeModel(.glow(glow), height: 8, width: 8),
            data: RecipeData(.builtin("glyphs"), preprocessing: .none, validationImages: 8),
            optimiser: optimiser,
            length: length,
            batch: 6,
            seed: 5,
            initialisationImages: 16
        )
    }

    static func session(
        _ recipe: Recipe = recipe(),
        _ trainer: (any Trainer)? = nil,
        images: ImageDataset = images(),
        threads: Int = 1
    ) throws -> TrainingSession {
        let pool = WorkPool(threads: threads)
        guard let trainer else {
            return try TrainingSession(recipe, dataset: images, kernels: kernels, pool: pool)
        }
        return try TrainingSession(
            recipe,
            trainer,
            recipe.model.architecture(),
            dataset: images,
            kernels: kernels,
            pool: pool
        )
    }

    /// Everything that decides how a training goes on; the time that it took does not.
    static func bits(_ session: TrainingSession) throws -> [UInt8] {
        var state = try session.snapshot()
        state.course.elapsed = .zero
        return state.encoded()
    }
}

/// Pretends to be the network of a recipe, with the loss ½·Σ(p − t)² of target t: the mean of the batch's pixels.
final class QuadraticTrainer: Trainer {
    let layout: ParameterLayout
    let learned: [Range<Int>]
    /// The step whose loss is NaN.
    let failingStep: Int?
    /// What was asked for.
    let batches = Mutex<[TrainingBatch]>([])
    let initialised = Mutex<[Int]>([])

    init(_ recipe: Recipe, failingStep: Int? = nil) throws {
        let metadata = CheckpointMetadata(
            architecture: try recipe.model.architecture(),
            preprocessing: .none,
            provenance: ""
        )
        layout = ParameterLayout(metadata.parameters)
        learned = [10..<layout.count]
        self.failingStep = failingStep
    }

    func initialise(_ parameters: AlignedBuffer, _ batch: TrainingBatch) {
        initialised.withLock { $0.append(batch.labels.count) }
        parameters[20] = 3
    }

    func gradient(
        _ gradient: AlignedBuffer,
        of batch: TrainingBatch,
        at parameters: AlignedBuffer
    ) -> BatchOutcome {
        batches.withLock { $0.append(batch) }
        let target = batch.images.reduce(0, +) / Float(batch.images.count)
        gradient.clear()
        var loss = 0.0
        for index in 10..<layout.count {
            gradient[index] = parameters[index] - target
            loss += 0.5 * Double(gradient[index]) * Double(gradient[index])
        }
        if batch.step == failingStep { loss = .nan }
        return BatchOutcome(losses: batch.labels.map { _ in loss })
    }

    func measure(_ parameters: AlignedBuffer) { parameters[1] += 1 }

    func firstNonFiniteLayer(_ batch: TrainingBatch, at parameters: AlignedBuffer) -> String? { "level.1.step.2" }
}
