// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a model did on a batch, before the step that the batch's gradient leads to.
public struct BatchOutcome: Hashable, Sendable {
    /// Each image's loss: bits per dimension of a likelihood model, cross-entropy in nats of a classifier.
    public var losses: [Double]
    /// Images whose class a classifier found; 0 of a likelihood model.
    public var correct: Int

    /// The losses of a batch's images, in their order.
    public init(losses: [Double], correct: Int = 0) {
        self.losses = losses
        self.correct = correct
    }

    /// Mean of the losses, the number whose gradient is taken; NaN without images.
    public var meanLoss: Double { losses.reduce(0, +) / Double(losses.count) }
}
