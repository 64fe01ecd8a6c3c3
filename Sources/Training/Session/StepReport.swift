// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What one step of the optimiser did.
public struct StepReport: Hashable, Sendable {
    /// Steps made, this one included.
    public var step: Int
    /// Mean loss of the batch before the step: bits per dimension, or cross-entropy in nats of a classifier.
    public var loss: Double
    /// Part of the batch that a classifier classified rightly; nil for others.
    public var accuracy: Double?
    /// Norm of the gradient before it was clipped.
    public var gradientNorm: Double
    /// The learning rate of the step.
    public var learningRate: Double
}
