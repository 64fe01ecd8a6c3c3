// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import SweepPlan
import Testing
import Vocabulary

@testable import Training

/// Against textbook loops in double precision.
@Suite("the optimisers")
struct OptimiserTests {
    static let count = 40_000
    static let methods: [RecipeOptimiser.Method] = [
        .adam(beta1: 0.9, beta2: 0.999), .adamax(beta1: 0.95, beta2: 0.9995), .sgd(momentum: 0.9, weightDecay: 1e-2),
    ]

    private func gradient(_ step: Int) -> [Float] {
        RandomStream(seed: 3, purpose: .noise, index: UInt64(step)).uniforms(Self.count).map { $0 - 0.4 }
    }

    private func weights(
        _ method: RecipeOptimiser.Method,
        steps: Int,
        threads: Int,
        learned: [Range<Int>] = [0..<OptimiserTests.count]
    ) -> [Float] {
        let pool = WorkPool(threads: threads)
        let optimiser = Optimiser(method, count: Self.count, learned: learned, pool: pool)
        let weights = AlignedBuffer([Float](repeating: 0.5, count: Self.count))
        for step in 1...steps {
            optimiser.step(step, weights, along: AlignedBuffer(gradient(step)), scale: 0.5, learningRate: 0.01)
        }
        return weights.elements
    }

    /// The rules as their papers write them, for one weight.
    private func textbook(_ method: RecipeOptimiser.Method, element: Int, steps: Int) -> Double {
        var (weight, first, second) = (0.5, 0.0, 0.0)
        for step in 1...steps {
            let gradient = Double(gradient(step)[element]) * 0.5
            switch method {
            case .adam(let beta1, let beta2):
                first = beta1 * first + (1 - beta1) * gradient
                second = beta2 * second + (1 - beta2) * gradient * gradient
                var (powers, n) = ((1.0, 1.0), 0)
                while n < step { (powers, n) = ((powers.0 * beta1, powers.1 * beta2), n + 1) }
                weight -= 0.01 * (first / (1 - powers.0)) / ((second / (1 - powers.1)).squareRoot() + 1e-8)
            case .adamax(let beta1, let beta2):
                first = beta1 * first + (1 - beta1) * gradient
                second = max(beta2 * second, abs(gradient))
                var (power, n) = (1.0, 0)
                while n < step { (power, n) = (power * beta1, n + 1) }
                weight -= 0.01 / (1 - power) * first / second
            case .sgd(let momentum, let weightDecay):
                first = momentum * first + gradient + weightDecay * weight
                weight -= 0.01 * first
            }
        }
        return weight
    }

    @Test("every rule moves weights as its paper says", arguments: methods)
    func rules(_ method: RecipeOptimiser.Method) {
        let weights = weights(method, steps: 5, threads: 1)
        for element in [0, 1, 17, Self.count - 1] {
            let expected = textbook(method, element: element, steps: 5)
            #expect(
                abs(Double(weights[element]) - expected) < 1e-5,
                "element \(element) is \(weights[element]), not \(expected)"
            )
        }
    }

    @Test("the bits do not depend on threads", arguments: methods)
    func threads(_ method: RecipeOptimiser.Method) {
        let alone = weights(method, steps: 3, threads: 1).map(\.bitPattern)
        #expect(weights(method, steps: 3, threads: 2).map(\.bitPattern) == alone)
        #expect(weights(method, steps: 3, threads: 3).map(\.bitPattern) == alone)
    }

    @Test("what is not learned stays", arguments: methods)
    func learned(_ method: RecipeOptimiser.Method) {
        let weights = weights(method, steps: 2, threads: 2, learned: [5..<10, 30_000..<30_001])
        let moved = weights.indices.filter { weights[$0] != 0.5 }
        #expect(moved == Array(5..<10) + [30_000])
    }

    @Test("warm-up rises along a line, decay falls as it says")
    func learningRates() {
        var optimiser = RecipeOptimiser(Self.methods[0], learningRate: 1, warmUp: 4)
        #expect((0..<6).map { optimiser.learningRate(step: $0, of: nil) } == [0.25, 0.5, 0.75, 1, 1, 1])
        optimiser.warmUp = 0
        optimiser.decay = .perStep(0.5)
        #expect((0..<4).map { optimiser.learningRate(step: $0, of: nil) } == [1, 0.5, 0.25, 0.125])
        optimiser.decay = .milestones(factor: 0.5, places: [0.5, 0.75])
        #expect((0..<8).map { optimiser.learningRate(step: $0, of: 8) } == [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25])
        optimiser.decay = .linear(end: 0)
        #expect((0..<5).map { optimiser.learningRate(step: $0, of: 4) } == [1, 0.75, 0.5, 0.25, 0])
        optimiser.decay = .linear(end: 0.5, after: 0.5)
        #expect(
            (0..<10).map { optimiser.learningRate(step: $0, of: 8) } == [1, 1, 1, 1, 1, 0.875, 0.75, 0.625, 0.5, 0.5]
        )
    }

    @Test("the norm is that of all elements, in an order of its own, and not finite when one is not")
    func norm() {
        let values = gradient(1)
        let expected = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let norms = [1, 2, 3].map { GradientNorm.norm(AlignedBuffer(values), WorkPool(threads: $0)) }
        #expect(norms.allSatisfy { $0 == norms[0] })
        #expect(abs(norms[0] - expected) < 1e-9 * expected)
        for bad in [Float.nan, .infinity] {
            let vector = AlignedBuffer(values)
            vector[Self.count - 3] = bad
            #expect(!GradientNorm.norm(vector, WorkPool(threads: 1)).isFinite)
        }
    }

    @Test("the average forgets the first weights soon, keeps its decay later, and copies what is not learned")
    func average() {
        let learned = [1..<2, 20_000..<30_000]
        let average = WeightAverage(decay: 0.9, count: Self.count, learned: learned, pool: WorkPool(threads: 2))
        average.start(AlignedBuffer([Float](repeating: 1, count: Self.count)))
        var expected = 1.0
        for step in 1...200 {
            let value = Double(step % 7)
            average.update(step, AlignedBuffer([Float](repeating: Float(value), count: Self.count)))
            let decay = min(0.9, Double(1 + step) / Double(10 + step))
            expected = decay * expected + (1 - decay) * value
        }
        #expect(abs(Double(average.values[1]) - expected) < 1e-4)
        #expect(abs(Double(average.values[29_999]) - expected) < 1e-4)
        #expect([0, 2, 19_999, 30_000, Self.count - 1].allSatisfy { average.values[$0] == Float(200 % 7) })
    }
}
