// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Layers
import Networks
import SweepPlan
import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Training

/// Trainings that begin with the weights of a checkpoint.
@Suite("starting from a checkpoint", .timeLimit(.minutes(5)))
struct StartTests {
    /// A checkpoint that `steps` steps made.
    private func trained(_ recipe: Recipe = SmallTraining.recipe(length: .steps(4))) throws -> Checkpoint {
        try released(SmallTraining.session(recipe))
    }

    private func released(_ session: TrainingSession) throws -> Checkpoint {
        while !session.isComplete { try session.advance() }
        let release = try #require(try session.release())
        return try Checkpoint(SafetensorsFile(bytes: release.bytes, name: "start.safetensors"))
    }

    private func recipe(from start: Checkpoint?, _ change: (inout RecipeModel.GlowSizes) -> Void = { _ in }) -> Recipe {
        var recipe = SmallTraining.recipe(length: .steps(3))
        if case .glow(var sizes) = recipe.model.network {
            change(&sizes)
            recipe.model.network = .glow(sizes)
        }
        recipe.name = "second"
        recipe.start = start.map { RecipeStart(path: "start.safetensors", digest: $0.digest) }
        return recipe
    }

    private func session(_ recipe: Recipe, from start: Checkpoint?, quadratic: Bool = false) throws -> TrainingSession {
        let architecture = try recipe.model.architecture()
        let (kernels, pool) = (SmallTraining.kernels, WorkPool(threads: 1))
        let trainer: any Trainer =
            quadratic
            ? try QuadraticTrainer(recipe) : try architecture.trainer(recipe, kernels: kernels, pool: pool)
        let images = SmallTraining.images()
        return try TrainingSession(
            recipe,
            trainer,
            architecture,
            from: start,
            dataset: images,
            kernels: kernels,
            pool: pool
        )
    }

    @Test("the first step begins with the checkpoint's weights, measures nothing, and the optimiser begins anew")
    func firstStep() throws {
        let start = try trained()
        let session = try session(recipe(from: start), from: start, quadratic: true)
        #expect(session.parameters.elements == session.trainer.layout.vector(start.parameters).elements)
        try session.advance()
        let trainer = try #require(session.trainer as? QuadraticTrainer)
        #expect(trainer.initialised.withLock { $0 }.isEmpty, "nothing is measured on images")
        #expect(session.step == 1 && session.optimiser.moments.count == 2)
        let fresh = try self.session(recipe(from: nil), from: nil, quadratic: true)
        try fresh.advance()
        #expect((fresh.trainer as? QuadraticTrainer)?.initialised.withLock { $0 }.count == 1)
    }

    @Test("a release tells every training that made its weights")
    func history() throws {
        let first = try trained()
        let second = try released(session(recipe(from: first), from: first))
        var wide = recipe(from: second) { $0.hiddenChannels = 9 }
        wide.name = "third"
        let third = try released(session(wide, from: second))
        let history = third.metadata.history
        #expect(history.legs.map(\.recipe) == ["small", "second", "third"])
        #expect(history.legs.map(\.start) == [nil, first.digest, second.digest])
        #expect(history.legs.map(\.steps) == [4, 3, 3] && history.steps == 10)
        // 32 images in batches of 6 are 5 steps an epoch.
        #expect(history.epochs == 0.8 + 0.6 + 0.6)
        #expect(history.legs.map(\.grownFrom) == [nil, nil, "hidden-channels 6"])
        #expect(history.legs[2].recipeDigest == wide.digest && history.legs.allSatisfy { $0.validation != nil })
        #expect(third.metadata.provenance.contains("starting from the checkpoint of sha256 \(second.digest)"))
    }

    @Test("the checkpoint is part of what a recipe is, by its content and not by its name")
    func digests() throws {
        let start = try trained()
        var here = recipe(from: start)
        var there = here
        there.start?.path = "/elsewhere/start.safetensors"
        #expect(here.digest == there.digest && here.trajectoryDigest == there.trajectoryDigest)
        #expect(here.digest != recipe(from: nil).digest)
        there.start?.digest = Digest(of: [1])
        #expect(here.digest != there.digest && here.trajectoryDigest != there.trajectoryDigest)
        here.start = nil
        #expect(here.digest == recipe(from: nil).digest)
    }

    @Test("a state is not continued from another checkpoint, and the message says so")
    func resume() throws {
        let (one, other) = (try trained(), try trained(SmallTraining.recipe(length: .steps(5))))
        let session = try session(recipe(from: one), from: one)
        try session.advance()
        let state = try session.snapshot()
        try self.session(recipe(from: one), from: one).restore(state)
        do {
            try self.session(recipe(from: other), from: other).restore(state)
            Issue.record("the state of another training was taken")
        } catch {
            #expect("\(error)".contains("start-from is \(other.digest) here and \(one.digest) there"), "\(error)")
        }
    }

    @Test("a state goes on without the checkpoint, and releases what the undisturbed training does")
    func stateAlone() throws {
        let start = try trained()
        let wide = recipe(from: start) { $0.hiddenChannels = 9 }
        let undisturbed = try session(wide, from: start)
        try undisturbed.advance()
        let bytes = try undisturbed.snapshot().encoded()
        let state = try TrainingState(SafetensorsFile(bytes: bytes, name: "state"))
        #expect(state.start == start.digest)
        let continued = try TrainingSession(
            wide,
            continuing: state,
            dataset: SmallTraining.images(),
            kernels: SmallTraining.kernels,
            pool: WorkPool(threads: 2)
        )
        #expect(continued.step == 1)
        #expect(try released(continued).encoded() == released(undisturbed).encoded())
        #expect(throws: TrainingError.self, "the state of a training from another beginning") {
            var other = wide
            other.start?.digest = Digest(of: [1])
            _ = try TrainingSession(
                other,
                continuing: state,
                dataset: SmallTraining.images(),
                kernels: SmallTraining.kernels,
                pool: WorkPool(threads: 1)
            )
        }
    }

    @Test("another checkpoint than the recipe's, or one that does not suit it, is refused")
    func refused() throws {
        let (one, other) = (try trained(), try trained(SmallTraining.recipe(length: .steps(5))))
        #expect(throws: TrainingError.self) { try session(recipe(from: one), from: other) }
        #expect(throws: TrainingError.self) { try session(recipe(from: one), from: nil) }
        #expect(throws: TrainingError.self) { try session(recipe(from: nil), from: one) }
        let narrow = recipe(from: one) { $0.hiddenChannels = 5 }
        #expect(
            throws: TrainingError.recipe(
                "start.safetensors: hidden-channels is 5 here and 6 in the checkpoint to start from; a network can grow, not shrink"
            )
        ) { try session(narrow, from: one) }
    }

    /// The first of the embedded images.
    private static func glyphs(_ count: Int) throws -> ImageDataset {
        let all = try DatasetLibrary().load(.builtin("glyphs"), name: "glyphs", split: "test")
        return ImageDataset(
            name: "glyphs",
            split: "test",
            shape: all.shape,
            pixels: Array(all.pixels.prefix(count * all.shape.count)),
            labels: Array(all.labels.prefix(count)),
            classCount: all.classCount
        )
    }

    @Test("the shipped PixelCNN++ grown to more filters and blocks does as well on the images it knows")
    func shipped() throws {
        let path = Checkout.root.appending(path: "Models/glyphs-pixelcnn.safetensors").path
        let start = try Checkpoint(contentsOf: path)
        let glyphs = try Self.glyphs(14)
        var sizes = RecipeModel.PixelCNNSizes()
        (sizes.dropout, sizes.mixtures) = (0, 3)
        func validation(filters: Int, blocks: Int) throws -> Double {
            (sizes.filters, sizes.blocks) = (filters, blocks)
            let recipe = Recipe(
                name: "grown",
                start: RecipeStart(path: path, digest: start.digest),
                model: RecipeModel(.pixelcnn(sizes)),
                data: RecipeData(.builtin("glyphs"), preprocessing: .none, validationImages: 12),
                length: .steps(1),
                batch: 1
            )
            let session = try TrainingSession(
                recipe,
                from: start,
                dataset: glyphs,
                kernels: SmallTraining.kernels,
                pool: WorkPool(threads: 1)
            )
            session.average?.start(session.parameters)
            return try #require(try session.validate()).loss
        }
        let former = try validation(filters: 24, blocks: 1)
        #expect(former < 1.2, "the checkpoint knows these images: \(former)")
        #expect(abs(try validation(filters: 40, blocks: 2) - former) < 1e-4)
    }
}
