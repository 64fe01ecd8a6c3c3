// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
