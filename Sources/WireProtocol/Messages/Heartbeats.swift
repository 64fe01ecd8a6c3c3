// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// A worker's sign of life, with what it is doing.
public struct WorkerHeartbeat: Hashable, Sendable {
    /// Attempts that wait to be computed.
    public var queued: Int
    /// Results that wait to be acknowledged.
    public var unacknowledged: Int
    /// The attempt that is computed now.
    public var running: AttemptIdentity?
    /// Images of `running` that are done.
    public var imagesDone: Int
    /// The training that it has begun.
    public var training: TrainingAttempt?
    /// Steps of `training` that are done.
    public var stepsDone: Int
    /// Grows while the engine gets on with anything: parts of batches and steps, parts of files.
    public var activity: UInt64

    /// An idle worker unless said otherwise.
    public init(
        queued: Int = 0,
        unacknowledged: Int = 0,
        running: AttemptIdentity? = nil,
        imagesDone: Int = 0,
        training: TrainingAttempt? = nil,
        stepsDone: Int = 0,
        activity: UInt64 = 0
    ) {
        self.queued = queued
        self.unacknowledged = unacknowledged
        self.running = running
        self.imagesDone = imagesDone
        (self.training, self.stepsDone) = (training, stepsDone)
        self.activity = activity
    }
}

/// The coordinator's sign of life.
public struct CoordinatorHeartbeat: Hashable, Sendable {
    /// Which life of the coordinator this is; a worker that was welcomed by another one says hello again.
    public var epoch: UInt64

    /// A sign of life `epoch`.
    public init(epoch: UInt64) {
        self.epoch = epoch
    }
}
