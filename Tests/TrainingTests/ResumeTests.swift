// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import SweepPlan
import Testing
import Vocabulary

@testable import Training

/// A training that is killed and resumed against one that is not.
@Suite("resuming", .timeLimit(.minutes(5)))
struct ResumeTests {
    /// What goes through a file comes out.
    private func reread(_ state: TrainingState) throws -> TrainingState {
        try TrainingState(SafetensorsFile(bytes: state.encoded(), name: "state"))
    }

    /// Trains `recipe` to its end, killed after each of `kills` steps, every life with another number of threads.
    private func bits(_ recipe: Recipe, killedAfter kills: [Int], quadratic: Bool) throws -> [UInt8] {
        func session(_ threads: Int) throws -> TrainingSession {
            try SmallTraining.session(recipe, quadratic ? QuadraticTrainer(recipe) : nil, threads: threads)
        }
        var life = try session(1)
        for (number, kill) in kills.enumerated() {
            while life.step < kill { _ = life.record(try life.advance()) }
            let state = try reread(life.snapshot())
            // What was done after the state was saved is lost.
            if !life.isComplete { try life.advance() }
            life = try session(number % 3 + 1)
            try life.restore(state)
        }
        while !life.isComplete { _ = life.record(try life.advance()) }
        return try SmallTraining.bits(life)
    }

    @Test(
        "a training resumed after any step ends with the same bits, whatever the optimiser",
        arguments: TrainingSessionTests.optimisers
    )
    func anyStep(_ optimiser: RecipeOptimiser) throws {
        let recipe = SmallTraining.recipe(optimiser)
        let undisturbed = try bits(recipe, killedAfter: [], quadratic: true)
        for kill in 1...12 {
            #expect(try bits(recipe, killedAfter: [kill], quadratic: true) == undisturbed, "killed after \(kill) steps")
        }
        #expect(try bits(recipe, killedAfter: [1, 2, 4, 5, 11], quadratic: true) == undisturbed)
    }

    @Test("a Glow's too, its data-dependent first values included", arguments: [[1], [3, 4], [7], [2, 5, 9, 11]])
    func glow(_ kills: [Int]) throws {
        let recipe = SmallTraining.recipe()
        #expect(
            try bits(recipe, killedAfter: kills, quadratic: false) == bits(recipe, killedAfter: [], quadratic: false)
        )
    }

    @Test(
        "a PixelCNN++'s with its dropout, and a classifier's with its running statistics",
        arguments: [
            RecipeModel(.pixelcnn(smallPixelCNN), height: 8, width: 8),
            RecipeModel(.resnet(classes: 3), height: 8, width: 8),
        ]
    )
    func others(_ model: RecipeModel) throws {
        var recipe = SmallTraining.recipe(length: .steps(8))
        recipe.model = model
        let undisturbed = try bits(recipe, killedAfter: [], quadratic: false)
        #expect(try bits(recipe, killedAfter: [1], quadratic: false) == undisturbed)
        #expect(try bits(recipe, killedAfter: [2, 5, 6], quadratic: false) == undisturbed)
    }

    private static let smallPixelCNN = {
        var pixelcnn = RecipeModel.PixelCNNSizes()
        (pixelcnn.filters, pixelcnn.blocks, pixelcnn.mixtures) = (4, 1, 2)
        return pixelcnn
    }()

    @Test("a longer recipe goes on with a shorter one's state where no step depends on the end")
    func extended() throws {
        let recipe = SmallTraining.recipe(length: .steps(5))
        let short = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        while !short.isComplete { try short.advance() }
        let long = SmallTraining.recipe(length: .steps(12))
        let session = try SmallTraining.session(long, QuadraticTrainer(long))
        try session.restore(short.snapshot())
        while !session.isComplete { try session.advance() }
        let direct = try SmallTraining.session(long, QuadraticTrainer(long))
        while !direct.isComplete { try direct.advance() }
        #expect(try SmallTraining.bits(session) == SmallTraining.bits(direct))
    }

    @Test("another recipe's state and other images' are refused, saying which")
    func refusals() throws {
        let recipe = SmallTraining.recipe()
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        try session.advance()
        let state = try session.snapshot()
        var other = recipe
        other.optimiser.learningRate = 1
        let stranger = try SmallTraining.session(other, QuadraticTrainer(other))
        let error = #expect(throws: TrainingError.self) { try stranger.restore(state) }
        #expect(error?.description.contains("another recipe, 'small'") == true)
        let elsewhere = try SmallTraining.session(
            recipe,
            QuadraticTrainer(recipe),
            images: SmallTraining.images(seed: 2)
        )
        let dataError = #expect(throws: TrainingError.self) { try elsewhere.restore(state) }
        #expect(dataError?.description.contains("other images") == true)
        var cut = state
        cut.parameters.removeLast()
        #expect(throws: TrainingError.self) { try session.restore(cut) }
        cut = state
        cut.average = nil
        #expect(throws: TrainingError.self) { try session.restore(cut) }
    }

    @Test("damaged bytes are refused or are another state; nothing traps", arguments: 0..<8)
    func damaged(_ seed: Int) throws {
        let recipe = SmallTraining.recipe()
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        try session.advance()
        let bytes = try session.snapshot().encoded()
        let draws = RandomStream(seed: UInt64(seed), purpose: .noise, index: 0)
        for round in 0..<60 {
            var damaged = bytes
            // Most of the file is numbers; its header is where damage shows.
            let place = Int(draws.word(3 * round)) % (round % 2 == 0 ? 1200 : bytes.count)
            damaged[place] = UInt8(truncatingIfNeeded: draws.word(3 * round + 1))
            if round % 5 == 0 { damaged = Array(damaged.prefix(Int(draws.word(3 * round + 2)) % bytes.count)) }
            guard let file = try? SafetensorsFile(bytes: damaged, name: "damaged"), let state = try? TrainingState(file)
            else { continue }
            try? session.restore(state)
        }
    }
}
