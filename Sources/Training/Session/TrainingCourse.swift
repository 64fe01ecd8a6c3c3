// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where a training stands between two steps, but for its vectors of numbers.
struct TrainingCourse: Hashable, Sendable {
    /// Steps made.
    var step = 0
    /// Time spent on steps, in all processes that had a part in the training.
    var elapsed = Duration.zero
    /// The latest validation; nil before the first.
    var validation: Validation?
    /// The step of the latest validation; −1 before the first.
    var validatedStep = -1
    /// The losses of the steps since the last entry of the log.
    var recent = LossWindow()

    /// One more step, whose batch had that mean loss before it.
    mutating func advance(loss: Double) {
        step += 1
        recent.add(loss)
    }

    /// A validation of the weights as they are.
    mutating func take(_ found: Validation) {
        validation = found
        validatedStep = step
    }
}
