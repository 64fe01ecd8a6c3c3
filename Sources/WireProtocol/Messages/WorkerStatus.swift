// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How one worker stands.
public struct WorkerStatus: Hashable, Sendable {
    /// What a worker is doing, as its coordinator sees it.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It waits for work.
        case idle
        /// It computes.
        case computing
        /// It finishes what it has and gets nothing new.
        case draining
        /// It failed at what others can do and gets nothing more.
        case quarantined
        /// Its machine cannot do what it was given; it is tried again after growing pauses.
        case failing
        /// It shows life and makes no progress.
        case stalled
    }

    /// What the worker calls itself.
    public var worker: WorkerIdentity
    /// The machine's name.
    public var host: String
    /// The operating system's number of the worker's process.
    public var process: UInt32
    /// Threads that compute.
    public var threads: Int
    /// The instruction set that its engine chose.
    public var instructionSet: String
    /// What it is doing.
    public var state: State
    /// Images it scored per second, lately.
    public var imagesPerSecond: Double
    /// Seconds since its last sign of life.
    public var silentSeconds: Double
    /// Shards that it holds and has not begun.
    public var queuedShards: Int
    /// Images it scored in this life of the coordinator.
    public var imagesDone: Int
    /// What keeps it from computing; empty for nothing.
    public var problem: String
    /// How often in a row that was so.
    public var failures: Int
    /// Attempts of this life of the coordinator that ended in an error of its engine.
    public var failedAttempts: Int

    /// A worker and how it stands.
    public init(
        worker: WorkerIdentity,
        host: String,
        process: UInt32,
        threads: Int,
        instructionSet: String,
        state: State,
        imagesPerSecond: Double,
        silentSeconds: Double,
        queuedShards: Int = 0,
        imagesDone: Int = 0,
        problem: String = "",
        failures: Int = 0,
        failedAttempts: Int = 0
    ) {
        self.worker = worker
        self.host = host
        self.process = process
        self.threads = threads
        self.instructionSet = instructionSet
        self.state = state
        self.imagesPerSecond = imagesPerSecond
        self.silentSeconds = silentSeconds
        self.queuedShards = queuedShards
        self.imagesDone = imagesDone
        self.problem = problem
        self.failures = failures
        self.failedAttempts = failedAttempts
    }
}
