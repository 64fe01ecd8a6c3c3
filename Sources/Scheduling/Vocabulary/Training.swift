// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One failed attempt at a training.
public struct TrainingAttemptRecord: Hashable, Sendable {
    /// Which attempt.
    public var attempt: TrainingAttempt
    /// Who held it.
    public var worker: WorkerID
    /// The worker's machine.
    public var host: String
    /// When it was dispatched; for an adopted attempt, when the worker joined with it.
    public var dispatched: Instant
    /// When it failed.
    public var ended: Instant
    /// Why.
    public var failure: AttemptFailure
}

/// A training that used up a budget, or that fails wherever it is tried.
public struct FailedTraining: Hashable, Sendable {
    /// The `TrainingIdentity.digest`.
    public var training: Digest
    /// Every failed attempt, oldest first.
    public var attempts: [TrainingAttemptRecord]
}
