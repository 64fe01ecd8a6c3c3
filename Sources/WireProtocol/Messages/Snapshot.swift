// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics

/// A client's wish to see how a run stands.
public struct SnapshotRequest: Hashable, Sendable {
    /// The run's id; the one that is going on when nil.
    public var run: String?
    /// The cells that are wanted; nil for none.
    public var page: CellPageRequest?
    /// How many rows of a client of an earlier version, that knows of no pages, wants at most; 0 … 4096.
    public var rowLimit: Int

    /// How the run that is going on stands, unless another is meant, with a page of its cells where one is wanted.
    public init(run: String? = nil, page: CellPageRequest? = nil, rowLimit: Int = 0) {
        self.run = run
        self.page = page
        self.rowLimit = rowLimit
    }
}

/// A number that tells how a run goes.
public struct Metric: Hashable, Sendable {
    /// What is measured, such as `results_accepted`.
    public var name: String
    /// How much it is; NaN where that cannot be said.
    public var value: Double

    /// A measured number.
    public init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// Shards that were given up for one reason.
public struct FailureCount: Hashable, Sendable {
    /// The reason in words; numbers in it are those of one of the shards.
    public var message: String
    /// Number of shards.
    public var shards: Int
    /// Number of their images.
    public var images: Int

    /// Shards with one reason.
    public init(message: String, shards: Int, images: Int) {
        self.message = message
        self.shards = shards
        self.images = images
    }
}

/// How a run stands, with one page of its cells.
public struct Snapshot: Hashable, Sendable {
    /// Where a run stands in its life.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Work is handed out.
        case running
        /// Work waits for a word or for space on the disk.
        case paused
        /// Every image is scored.
        case complete
        /// Everything is tried and some shards failed.
        case failed
        /// The coordinator stopped before the end; the run can be taken up again.
        case interrupted
        /// The run was ended on purpose.
        case cancelled
    }

    /// The run's id.
    public var run: String
    /// The sweep's name.
    public var sweep: String
    /// Where the run stands in its life.
    public var state: State
    /// Number of cells.
    public var cells = 0
    /// Cells whose images are all scored.
    public var cellsDone = 0
    /// Number of images, over all cells.
    public var images = 0
    /// Images scored, over all cells.
    public var imagesDone = 0
    /// Shards that ended as failed.
    public var failedShards = 0
    /// Shards that a worker of another key and host computed again, in every life of the coordinator.
    public var auditsDone = 0
    /// Shards that were chosen for that and are not, or not yet, audited.
    public var auditsMissing = 0
    /// Shards whose recorded rows another worker contradicts, and no third one confirmed.
    public var disputedShards = 0
    /// Images scored per second, lately and by all workers together.
    public var imagesPerSecond = 0.0
    /// Seconds until the run is expected to end, where that can be said.
    public var remainingSeconds: Double?
    /// Number of workers; `workers` holds the first 1024.
    public var workerCount = 0
    /// Who computes.
    public var workers: [WorkerStatus] = []
    /// The cells that were asked for; nil when none were.
    public var page: CellPage?
    /// For clients of earlier versions, who take them for all: of the first cells each class and all classes together.
    public var rows: [CellStatistics] = []
    /// Why the run is paused, where it is.
    public var pauseReason: String?
    /// What a person should know, a line each; the first `WireLimits.noticesPerSnapshot` are sent.
    public var notices: [String] = []
    /// Counts and times of the coordinator; the first `WireLimits.metricsPerSnapshot` are sent.
    public var metrics: [Metric] = []
    /// Why shards were given up, a reason each; the first `WireLimits.failuresPerSnapshot` are sent.
    public var failures: [FailureCount] = []
    /// What is another way than the sweep file says, as options of a command line; the first
    /// `WireLimits.noticesPerSnapshot` are sent.
    public var settings: [String] = []
    /// The models that the run trains; the first `WireLimits.trainingsPerSnapshot` are sent.
    public var trainings: [TrainingStatus] = []

    /// A run of which nothing else is known yet.
    public init(run: String, sweep: String, state: State) {
        self.run = run
        self.sweep = sweep
        self.state = state
    }
}
