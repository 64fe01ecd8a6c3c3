// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One line of a training's log.
public struct TrainingRecord: Hashable, Sendable, Codable {
    /// Steps made.
    public var step: Int
    /// Passes over the images, with a fraction.
    public var epoch: Double
    /// Seconds spent on steps, in all processes that had a part in the training.
    public var seconds: Double
    /// Mean loss of the steps since the entry before; nil in the entry of a validation.
    public var loss: Double?
    /// Loss on the validation images; nil in other entries.
    public var validation: Double?
    /// Accuracy on the validation images, of a classifier.
    public var accuracy: Double?
    /// The learning rate of the latest step.
    public var learningRate: Double?
    /// Norm of the latest step's gradient.
    public var gradientNorm: Double?
    /// Images a second of late.
    public var imagesPerSecond: Double?

    private enum CodingKeys: String, CodingKey {
        case step, epoch, seconds, loss, validation, accuracy
        case learningRate = "learning_rate"
        case gradientNorm = "gradient_norm"
        case imagesPerSecond = "images_per_second"
    }
}

extension TrainingSession {
    /// The log's entry after a step, where one is due: ten times an epoch, and at least every 50 steps.
    ///
    /// To be asked once after each step.
    public func record(_ report: StepReport) -> TrainingRecord? {
        let interval = max(1, min(50, images.stepsPerEpoch / 10))
        guard step % interval == 0 || isComplete, let loss = closeLossWindow() else { return nil }
        var record = emptyRecord
        record.loss = loss
        record.learningRate = report.learningRate
        record.gradientNorm = report.gradientNorm
        record.imagesPerSecond = progress.imagesPerSecond
        return record
    }

    /// The log's entry of the latest validation.
    public var validationRecord: TrainingRecord? {
        guard let validation else { return nil }
        var record = emptyRecord
        record.validation = validation.loss
        record.accuracy = validation.accuracy
        return record
    }

    private var emptyRecord: TrainingRecord {
        TrainingRecord(
            step: step,
            epoch: Double(step) / Double(images.stepsPerEpoch),
            seconds: elapsed / .seconds(1)
        )
    }
}
