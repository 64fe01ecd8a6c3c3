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

    /// The part that is done, 0 to 1.
    public var fraction: Double {
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
        if let timeLimit { return max(.zero, timeLimit - elapsed) }
        guard let totalSteps, let timePerStep else { return nil }
        return timePerStep * Double(max(0, totalSteps - step))
    }
}

/// The time of a step, the latest ones counting most.
struct Pace {
    private static let memory = 0.9
    private(set) var timePerStep: Duration?

    mutating func add(_ time: Duration) {
        timePerStep = timePerStep.map { $0 * Self.memory + time * (1 - Self.memory) } ?? time
    }
}

/// The losses of the steps since the log's last entry, and what their mean was at that entry.
struct LossWindow: Hashable, Sendable {
    var sum = 0.0
    var count = 0
    /// The mean at the last entry.
    var entered: Double?

    /// The mean of the steps since the last entry, or, without any, at that entry.
    var latest: Double? { count > 0 ? sum / Double(count) : entered }

    mutating func add(_ loss: Double) {
        sum += loss
        count += 1
    }

    /// The mean, which becomes an entry; nil without steps.
    mutating func close() -> Double? {
        guard count > 0 else { return nil }
        entered = sum / Double(count)
        (sum, count) = (0, 0)
        return entered
    }
}
