// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Why an attempt gave no table.
public enum AttemptFailure: Hashable, Sendable {
    /// The engine refused or broke, or its table was invalid; spends the budget for engine errors.
    case engineError(String)
    /// It ran longer than ``SchedulingConfiguration/timeLimit``; spends the budget for engine errors.
    case timeLimit(Duration)
    /// The worker's machine could not do it: a file cannot be had or written, memory is short; free.
    ///
    /// It says nothing of the shard. The worker gets nothing for a while.
    case surroundings(String)
    /// The worker went away while it computed the attempt; spends the budget for worker losses.
    case workerLost(Departure)
    /// The worker gave the attempt back, or never began it; free.
    case handedBack

    /// Whether it spends the budget for engine errors.
    var isEngineError: Bool {
        switch self {
        case .engineError, .timeLimit: true
        case .surroundings, .workerLost, .handedBack: false
        }
    }

    /// Whether it spends the budget for worker losses.
    var isLoss: Bool { if case .workerLost = self { true } else { false } }

    /// Whether it says anything of what was attempted.
    var isHeldAgainstShard: Bool { isEngineError || isLoss }
}

/// One failed attempt, kept until its shard is recorded or has failed for good.
public struct AttemptRecord: Hashable, Sendable {
    /// Which attempt.
    public var attempt: AttemptIdentity
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

/// A shard that used up a budget.
public struct FailedShard: Hashable, Sendable {
    /// The images without a result.
    public var shard: Shard
    /// Every failed attempt at any of them, oldest first; of a shard that was not tried, one at a shard like it.
    public var attempts: [AttemptRecord]
    /// Whether it was tried at all, and not given up because shards like it fail alike everywhere.
    public var wasTried = true
}

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
