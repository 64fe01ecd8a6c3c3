// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How weights follow gradients.
public struct RecipeOptimiser: Hashable, Sendable {
    /// The rule of a step.
    public enum Method: Hashable, Sendable {
        /// Kingma and Ba, "Adam", 2015, Algorithm 1.
        case adam(beta1: Double, beta2: Double)
        /// Kingma and Ba, "Adam", 2015, Algorithm 2.
        case adamax(beta1: Double, beta2: Double)
        /// Stochastic gradient descent with momentum; `weightDecay` times the weights is added to the gradient.
        case sgd(momentum: Double, weightDecay: Double)

        /// The method's name in recipes.
        public var name: String {
            switch self {
            case .adam: "adam"
            case .adamax: "adamax"
            case .sgd: "sgd"
            }
        }
    }

    /// How the learning rate falls.
    public enum Decay: Hashable, Sendable {
        /// Not at all.
        case none
        /// By this factor with every step.
        case perStep(Double)
        /// By `factor` at each of `places`, fractions of the length.
        case milestones(factor: Double, places: [Double])
        /// Not at all until `after`, a fraction of the length, then along a line to `end` times the learning rate at the
        /// end.
        case linear(end: Double, after: Double = 0)

        /// Whether a step's learning rate depends on when the training ends.
        public var dependsOnLength: Bool {
            switch self {
            case .none, .perStep: false
            case .milestones, .linear: true
            }
        }
    }

    /// The rule of a step.
    public var method: Method
    /// The learning rate after the warm-up.
    public var learningRate: Double
    /// Steps in which the learning rate rises from 0 along a line.
    public var warmUp: Int
    /// How the learning rate falls.
    public var decay: Decay
    /// The norm that a longer gradient is shortened to; nil to take gradients as they are.
    public var clipNorm: Double?
    /// The weight of the past in the averaged weights that are validated and released (Polyak and Juditsky, 1992); nil
    /// to release the last weights themselves.
    public var polyak: Double?

    /// An optimiser without tricks unless said otherwise.
    public init(
        _ method: Method,
        learningRate: Double,
        warmUp: Int = 0,
        decay: Decay = .none,
        clipNorm: Double? = nil,
        polyak: Double? = nil
    ) {
        self.method = method
        self.learningRate = learningRate
        self.warmUp = warmUp
        self.decay = decay
        self.clipNorm = clipNorm
        self.polyak = polyak
    }

    /// The paper's optimiser (Tables 2 and 3); for the classifier its own paper's (He et al., 2016, §4.2).
    public static func standard(for family: ModelFacts.Family) -> RecipeOptimiser {
        switch family {
        case .glow, .pixelcnn, .external:
            RecipeOptimiser(.adam(beta1: 0.9, beta2: 0.999), learningRate: 2e-4)
        case .resnet:
            RecipeOptimiser(
                .sgd(momentum: 0.9, weightDecay: 1e-4),
                learningRate: 0.1,
                decay: .milestones(factor: 0.1, places: [0.5, 0.75])
            )
        }
    }
}
