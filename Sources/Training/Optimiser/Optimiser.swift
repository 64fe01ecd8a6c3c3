// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import SweepPlan
import Vocabulary

/// Moves a flat vector of weights along a flat vector of gradients.
///
/// Every element is computed by itself, so that the bits are the same however the vector is spread over threads.
public struct Optimiser: Sendable {
    /// Elements that a thread takes at a time.
    private static let stretch = 1 << 14
    /// Keeps the divisor away from zero (Kingma and Ba, 2015).
    private static let epsilon: Float = 1e-8

    private let method: RecipeOptimiser.Method
    private let pieces: [Range<Int>]
    private let pool: WorkPool
    /// What is kept from step to step, each of the weights' size: means of gradients and of their squares, or the
    /// momentum.
    let moments: [AlignedBuffer]

    /// An optimiser that moves the elements in `learned` of a vector of `count`.
    public init(_ method: RecipeOptimiser.Method, count: Int, learned: [Range<Int>], pool: WorkPool) {
        self.method = method
        self.pool = pool
        pieces = learned.flatMap { range in
            stride(from: range.lowerBound, to: range.upperBound, by: Self.stretch).map {
                $0..<min($0 + Self.stretch, range.upperBound)
            }
        }
        let momentCount = if case .sgd = method { 1 } else { 2 }
        moments = (0..<momentCount).map { _ in AlignedBuffer(count: count) }
    }

    /// Makes the step number `step`, from 1.
    ///
    /// - Parameters:
    ///   - step: How many steps this one makes it.
    ///   - parameters: The weights.
    ///   - gradient: The loss's gradient at the weights.
    ///   - scale: Factor of the gradient, below 1 where it is clipped.
    ///   - learningRate: The learning rate of the step.
    public func step(
        _ step: Int,
        _ parameters: AlignedBuffer,
        along gradient: AlignedBuffer,
        scale: Float,
        learningRate: Double
    ) {
        let rule = rule(step, scale: scale, learningRate: learningRate)
        let (first, second) = (moments[0], moments[moments.count - 1])
        pool.forEach(pieces.count) { index, _ in
            let piece = pieces[index]
            rule(
                OptimiserVectors(
                    count: piece.count,
                    weights: parameters.pointer + piece.lowerBound,
                    gradients: gradient.pointer + piece.lowerBound,
                    first: first.pointer + piece.lowerBound,
                    second: second.pointer + piece.lowerBound
                )
            )
        }
    }

    /// Moves some weights along their gradients.
    private typealias Rule = @Sendable (OptimiserVectors) -> Void

    /// The step's rule, its constants made in double precision.
    private func rule(_ step: Int, scale: Float, learningRate: Double) -> Rule {
        switch method {
        case .adam(let beta1, let beta2):
            let bias = (1 - power(beta1, step), (1 - power(beta2, step)).squareRoot())
            let (pull1, keep2, pull2) = (Float(1 - beta1), Float(beta2), Float(1 - beta2))
            let (rate, root) = (Float(learningRate / bias.0), Float(bias.1))
            return { vectors in
                vectors.forEach { weight, gradient, mean, square in
                    let gradient = gradient * scale
                    mean += pull1 * (gradient - mean)
                    square = keep2 * square + pull2 * (gradient * gradient)
                    weight -= rate * (mean / (square.squareRoot() / root + Self.epsilon))
                }
            }
        case .adamax(let beta1, let beta2):
            let (pull1, keep2) = (Float(1 - beta1), Float(beta2))
            let rate = Float(learningRate / (1 - power(beta1, step)))
            return { vectors in
                vectors.forEach { weight, gradient, mean, norm in
                    let gradient = gradient * scale
                    mean += pull1 * (gradient - mean)
                    let (old, new) = (keep2 * norm, magnitude(gradient) + Self.epsilon)
                    norm = new.replacing(with: old, where: old .> new)
                    weight -= rate * (mean / norm)
                }
            }
        case .sgd(let momentum, let weightDecay):
            let (keep, decay, rate) = (Float(momentum), Float(weightDecay), Float(learningRate))
            return { vectors in
                vectors.forEach { weight, gradient, velocity, _ in
                    velocity = keep * velocity + (gradient * scale + decay * weight)
                    weight -= rate * velocity
                }
            }
        }
    }
}

/// base^exponent by repeated squaring: the C library's `pow` may differ in the last place between machines.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}
