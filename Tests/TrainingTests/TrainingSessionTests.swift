// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import SweepPlan
import Synchronization
import Testing
import Vocabulary

@testable import Training

@Suite("a training session", .timeLimit(.minutes(5)))
struct TrainingSessionTests {
    static let optimisers = [
        RecipeOptimiser(.adam(beta1: 0.9, beta2: 0.99), learningRate: 1e-2, polyak: 0.9),
        RecipeOptimiser(.adamax(beta1: 0.9, beta2: 0.99), learningRate: 1e-2, warmUp: 5, decay: .linear(end: 0)),
        RecipeOptimiser(.sgd(momentum: 0.9, weightDecay: 1e-4), learningRate: 1e-2, clipNorm: 0.5),
    ]

    @Test("trains to the length of its recipe, initialised once, measured after each step", arguments: optimisers)
    func length(_ optimiser: RecipeOptimiser) throws {
        let recipe = SmallTraining.recipe(optimiser, length: .epochs(3))
        let trainer = try QuadraticTrainer(recipe)
        let session = try SmallTraining.session(recipe, trainer)
        let before = session.parameters.elements
        var losses: [Double] = []
        while !session.isComplete { losses.append(try session.advance().loss) }
        #expect(session.step == 15 && session.totalSteps == 15)
        #expect(trainer.initialised.withLock { $0 } == [16])
        #expect(trainer.batches.withLock { $0.map(\.step) } == Array(0..<15))
        #expect(losses[14] < losses[0])
        #expect(session.parameters[1] == before[1] + 15)
        #expect(session.parameters[0] == before[0] && session.parameters[9] == before[9])
    }

    @Test("one step of plain descent is the one everyone can compute")
    func firstStep() throws {
        let recipe = SmallTraining.recipe(RecipeOptimiser(.sgd(momentum: 0, weightDecay: 0), learningRate: 0.1))
        let trainer = try QuadraticTrainer(recipe)
        let session = try SmallTraining.session(recipe, trainer)
        let before = session.parameters.elements
        let report = try session.advance()
        let batch = try #require(trainer.batches.withLock { $0.first })
        let target = Double(batch.images.reduce(0, +)) / Double(batch.images.count)
        let loss = (10..<before.count).reduce(0.0) { sum, index in
            let difference = (index == 20 ? 3 : Double(before[index])) - target
            return sum + 0.5 * difference * difference
        }
        #expect(abs(report.loss - loss) < 1e-3 * loss)
        #expect(abs(report.gradientNorm - (2 * loss).squareRoot()) < 1e-3 * report.gradientNorm)
        #expect(abs(Double(session.parameters[20]) - (3 - 0.1 * (3 - target))) < 1e-6)
    }

    @Test("a long gradient is shortened to the clip norm, a short one is left alone", arguments: [0.5, 1e6])
    func clipping(_ limit: Double) throws {
        func moved(_ clip: Double?) throws -> Double {
            let recipe = SmallTraining.recipe(
                RecipeOptimiser(.sgd(momentum: 0, weightDecay: 0), learningRate: 1, clipNorm: clip)
            )
            let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
            try session.advance()
            return Double(3 - session.parameters[20])
        }
        let recipe = SmallTraining.recipe()
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        let norm = try session.advance().gradientNorm
        let expected = try moved(nil) * min(1, limit / norm)
        #expect(abs(try moved(limit) - expected) < 1e-5)
    }

    @Test("time decides where the recipe says so")
    func time() throws {
        let recipe = SmallTraining.recipe(length: .time(.seconds(3)))
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        #expect(session.totalSteps == nil)
        while !session.isComplete {
            try session.advance()
            session.spend(.seconds(0.5))
        }
        #expect(session.step == 6 && session.progress.fraction == 1 && session.progress.remaining == .zero)
        #expect(session.progress.imagesPerSecond == 12)
    }

    @Test("numbers that are none end it, with step and layer, and the weights of before")
    func divergence() throws {
        let recipe = SmallTraining.recipe()
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe, failingStep: 4))
        for _ in 0..<4 { try session.advance() }
        let before = try SmallTraining.bits(session)
        let error = #expect(throws: TrainingError.self) { try session.advance() }
        guard case .diverged(let divergence) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(divergence.step == 4 && divergence.layer == "level.1.step.2" && divergence.learningRate == 1e-3)
        #expect(divergence.description.contains("step 4") && divergence.description.contains("level.1.step.2"))
        #expect(try SmallTraining.bits(session) == before)
    }

    @Test("weights that are no numbers are not saved")
    func badWeights() throws {
        let recipe = SmallTraining.recipe()
        let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
        try session.advance()
        session.parameters[30] = .nan
        #expect(throws: TrainingError.self) { try session.snapshot() }
    }

    @Test("validations are due once an epoch, or as often as the recipe says")
    func validationsDue() throws {
        var recipe = SmallTraining.recipe(length: .steps(12))
        for (interval, expected) in [(nil, [5, 10]), (4, [4, 8, 12])] {
            recipe.validationInterval = interval
            let session = try SmallTraining.session(recipe, QuadraticTrainer(recipe))
            var due: [Int] = []
            while !session.isComplete {
                try session.advance()
                guard session.isValidationDue else { continue }
                due.append(session.step)
                session.remember(Validation(loss: 1, images: 1))
                #expect(!session.isValidationDue)
            }
            #expect(due == expected)
        }
    }

    @Test("a validation is the inference model's mean over the validation images")
    func validation() throws {
        let session = try SmallTraining.session()
        for _ in 0..<3 { try session.advance() }
        let found = try #require(try session.validate())
        let glow = try Glow(session.checkpoint(), kernels: SmallTraining.kernels, pool: WorkPool(threads: 1))
        let (numbers, labels) = session.images.validationInputs(session.images.validation[...])
        let bpd = try glow.score(numbers, labels: labels).bpd
        #expect(found.images == 8 && found.accuracy == nil)
        #expect(found.loss == bpd.reduce(0) { $0 + Double($1) } / 8)
        #expect(try session.validate(while: { false }) == nil)
    }
}
