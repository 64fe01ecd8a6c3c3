// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Whether a training has left the numbers from which it could come back.
struct DivergenceCheck {
    /// Bits per dimension, or nats of a classifier: a thousand times what an untrained model needs.
    private static let hopelessLoss = 1e4

    /// Steps in a row with such a loss that end a training: a single image of a flow may cost millions of bits, and the
    /// next batch is as any other.
    private static let patience = 10

    /// The latest steps in a row whose loss was hopeless.
    private var hopelessSteps = 0

    /// What is wrong after a step with that loss and gradient; nil when the training may go on.
    mutating func check(loss: Double, gradientNorm norm: Double) -> String? {
        hopelessSteps = loss > Self.hopelessLoss ? hopelessSteps + 1 : 0
        if !loss.isFinite { return "the loss is \(loss)" }
        if hopelessSteps == Self.patience {
            return "the loss is \(loss), and was as hopeless in the \(Self.patience - 1) steps before"
        }
        return norm.isFinite ? nil : "the gradient has no finite norm"
    }
}
