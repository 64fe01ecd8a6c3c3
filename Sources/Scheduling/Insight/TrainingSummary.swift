// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How a training stands.
public struct TrainingSummary: Hashable, Sendable {
    /// Where a training is in its life.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It waits for a worker.
        case waiting
        /// A worker has it.
        case running
        /// The model is trained.
        case finished
        /// It was given up.
        case failed
    }

    /// The `TrainingIdentity.digest`.
    public var training: Digest
    /// Where it is in its life.
    public var state: State
    /// Who has it; nil unless it is running.
    public var worker: WorkerID?
    /// Since when; nil unless it is running.
    public var since: Instant?
    /// How often it was handed to a worker.
    public var dispatches: Int
    /// Failed attempts, oldest first.
    public var failures: [TrainingAttemptRecord]
}
