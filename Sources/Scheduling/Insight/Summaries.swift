// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What one worker has done.
public struct WorkerSummary: Hashable, Sendable {
    /// The worker.
    public var id: WorkerID
    /// What it said of itself.
    public var facts: WorkerFacts
    /// Whether it receives nothing more because it is leaving.
    public var isDraining: Bool
    /// Whether it receives nothing more because it is not trusted.
    public var isQuarantined: Bool
    /// Whether it has a training; it gets no shards meanwhile.
    public var isTraining: Bool
    /// That its surroundings fail it; nil while they do not.
    public var sickness: Sickness?
    /// Since when it has made no progress; nil while it does, or has nothing to do.
    public var stalledSince: Instant?
    /// Shards it holds.
    public var heldShards: Int
    /// Seconds a shard travels to the worker and its table back, besides the computation; nil before the first.
    public var roundTripSeconds: Double?
    /// Tables it delivered.
    public var tables: Int
    /// Images of those tables.
    public var images: Int
    /// Attempts that ended in an engine error.
    public var engineErrors: Int
    /// Comparisons of its tables that found a difference.
    public var mismatches: Int
    /// Images a second by its latest measurements; nil before the first.
    public var imagesPerSecond: Double?
    /// When it joined.
    public var joined: Instant
    /// When it last showed life.
    public var lastHeard: Instant
}

extension WorkerSummary {
    /// Whether it computes, or would if it were given something.
    public var isOfUse: Bool { !isDraining && !isQuarantined && sickness == nil && stalledSince == nil }
}

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

/// What the images of one cost class have cost so far.
public struct CostSummary: Hashable, Sendable {
    /// The class.
    public var costClass: CostClass
    /// Shards measured.
    public var shards: Int
    /// Images measured.
    public var images: Int
    /// Seconds that workers spent on them.
    public var seconds: Double
    /// Median over shards of the seconds per image, to 10 %; nil before the first.
    public var median: Double?
    /// 95th percentile over shards of the seconds per image, to 10 %; nil before the first.
    public var percentile95: Double?
    /// Images that are neither recorded nor failed.
    public var remaining: Int
}
