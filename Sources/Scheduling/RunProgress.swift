// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where a run stands, as numbers.
public struct RunProgress: Hashable, Sendable {
    /// Images of the whole run; the fields are disjoint and add up to `total`.
    public struct Images: Hashable, Sendable {
        /// All of them: as planned, or those of the cells given so far.
        public var total = 0
        /// Recorded before this run gave them to anyone.
        public var cached = 0
        /// Recorded by this run.
        public var recorded = 0
        /// Of shards that used up a budget.
        public var failed = 0
        /// Held by workers or arrived and not yet committed.
        public var inFlight = 0
        /// Not begun.
        public var pending = 0

        /// Recorded, whenever.
        public var done: Int { cached + recorded }
    }

    /// Cells of the whole run.
    public struct Cells: Hashable, Sendable {
        /// All of them: as planned, or those given so far.
        public var total = 0
        /// Of which every image is recorded.
        public var recorded = 0
        /// Of which every image is recorded or has failed, at least one of them failed.
        public var failed = 0
        /// Which were recorded before this run touched them; counted in `recorded` too.
        public var cached = 0
    }

    /// Events counted since the start.
    public struct Counts: Hashable, Sendable {
        /// Shards sent to workers.
        public var dispatches = 0
        /// Tables received, whatever became of them.
        public var tables = 0
        /// Tables that brought rows which are recorded already.
        public var duplicates = 0
        /// Comparisons that found a difference.
        public var mismatches = 0
        /// Shards that went back to the queue.
        public var requeues = 0
        /// Attempts that ended in an engine error.
        public var engineErrors = 0
        /// Workers that joined, each life once.
        public var workersJoined = 0
        /// Workers that crashed or fell silent.
        public var workersLost = 0
        /// Attempts taken over from workers that held them already.
        public var adopted = 0
        /// Shards that used up a budget.
        public var failedShards = 0
    }

    /// Images.
    public var images = Images()
    /// Cells.
    public var cells = Cells()
    /// Events counted since the start.
    public var counts = Counts()
    /// Images recorded per second over the rate window.
    public var imagesPerSecond = 0.0
    /// Seconds until the last image, from measured costs and the threads at work; nil without workers or measurements.
    public var secondsRemaining: Double?
    /// Seconds since the first event.
    public var elapsedSeconds = 0.0
    /// Everyone who is joined, in the order of joining as far as places were not reused.
    public var workers: [WorkerSummary] = []

    /// A run of which nothing is known yet.
    public init() {}
}

/// What one worker has done.
public struct WorkerSummary: Hashable, Sendable {
    /// The worker.
    public var id: WorkerID
    /// What it said of itself.
    public var facts: WorkerFacts
    /// Whether it receives nothing more.
    public var isDraining: Bool
    /// Shards it holds.
    public var heldShards: Int
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
