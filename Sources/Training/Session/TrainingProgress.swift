// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How far a training has come.
public struct TrainingProgress: Hashable, Sendable {
    /// Steps made.
    public var step: Int
    /// Steps of the whole training; nil where a time decides.
    public var totalSteps: Int?
    /// Passes over the images, with a fraction.
    public var epoch: Double
    /// Images of a step.
    public var batch: Int
    /// Mean loss of the latest steps; nil before the first.
    public var loss: Double?
    /// Loss on the validation images; nil before the first validation.
    public var validation: Double?
    /// Time spent on steps.
    public var elapsed: Duration
    /// Time to spend on steps; nil where a number of steps decides.
    public var timeLimit: Duration?
    /// Time that a step took of late; nil before the first.
    public var timePerStep: Duration?
    /// Time until the training is ended from outside; nil where nothing but the recipe ends it.
    var timeLeft: Duration?

    /// The progress of a training that ends when this time is over, if the recipe does not end it earlier.
    ///
    /// Time spent on validations counts here, and does not in `timeLimit`; nil changes nothing.
    public func ending(within time: Duration?) -> TrainingProgress {
        guard let time else { return self }
        var progress = self
        progress.timeLeft = max(.zero, time)
        return progress
    }

    /// The part that is done, 0 to 1.
    public var fraction: Double {
        if let timeLeft, timeLeft <= ownRemaining ?? timeLeft {
            return elapsed > .zero ? min(1, elapsed / (elapsed + timeLeft)) : 0
        }
        if let timeLimit { return min(1, elapsed / timeLimit) }
        guard let totalSteps, totalSteps > 0 else { return 1 }
        return min(1, Double(step) / Double(totalSteps))
    }

    /// Images a second of late; nil before the first step.
    public var imagesPerSecond: Double? {
        timePerStep.flatMap { $0 > .zero ? Double(batch) / ($0 / .seconds(1)) : nil }
    }

    /// Time to the end; nil while nobody knows.
    public var remaining: Duration? {
        guard let timeLeft else { return ownRemaining }
        return min(timeLeft, ownRemaining ?? timeLeft)
    }

    /// Time to the recipe's own end.
    private var ownRemaining: Duration? {
        if let timeLimit { return max(.zero, timeLimit - elapsed) }
        guard let totalSteps, let timePerStep else { return nil }
        return timePerStep * Double(max(0, totalSteps - step))
    }
}
