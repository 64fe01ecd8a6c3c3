// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

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
        /// Tables whose attempt had lost its lease before: of workers that were stopped, cut off or beaten.
        public var stale = 0
        /// Tables that did not count because their worker had no lease of the attempt.
        public var unleased = 0
        /// Shards that went back to the queue.
        public var requeues = 0
        /// Waiting shards asked back from workers for idle ones.
        public var retractions = 0
        /// Copies of running attempts that were dispatched to idle workers.
        public var speculations = 0
        /// Copies whose table came first.
        public var speculationsWon = 0
        /// Shards computed a second time and compared, on purpose.
        public var audits = 0
        /// Audits given up because no worker of another key and host was there, or its engine failed.
        public var auditsSkipped = 0
        /// Differing shards computed a third time to see which of two workers is wrong.
        public var arbitrations = 0
        /// Differences that no third voice decided, or decided against the recorded rows.
        public var disputes = 0
        /// Workers that were quarantined.
        public var quarantines = 0
        /// Attempts that ended in an engine error, an exceeded time limit included.
        public var engineErrors = 0
        /// Attempts at shards and trainings that ended because the worker's surroundings failed it.
        public var surroundingsFailures = 0
        /// Workers that made no progress for longer than they may.
        public var stalls = 0
        /// Trainings that were given to another worker because theirs made no progress.
        public var handovers = 0
        /// Attempts that exceeded the time limit.
        public var timeLimits = 0
        /// Workers that joined, each life once.
        public var workersJoined = 0
        /// Workers that crashed or fell silent.
        public var workersLost = 0
        /// Attempts taken over from workers that held them already.
        public var adopted = 0
        /// Shards that used up a budget, and cells whose model could not be trained.
        public var failedShards = 0
        /// Trainings sent to workers.
        public var trainingDispatches = 0
        /// Models that were trained.
        public var trainings = 0
        /// Trainings that were given up.
        public var failedTrainings = 0
    }

    /// What a run is doing.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// Handing out shards.
        case running
        /// Handing out nothing until no reason for the pause is left.
        case paused
        /// Waiting for what is in flight, or for its grace.
        case stopping
        /// Waiting for commits.
        case cancelling
        /// Over, in whichever way.
        case ended
    }

    /// What waits and what is out, as of the moment.
    public struct Gauges: Hashable, Sendable {
        /// Cells in the queue that have images which were never dispatched.
        public var queuedCells = 0
        /// Shards in the queue that were dispatched before.
        public var requeuedShards = 0
        /// Attempts that workers hold.
        public var leases = 0
        /// Tables that are being recorded or compared.
        public var deliveries = 0
        /// Audits and arbitrations that wait for a worker.
        public var waitingChecks = 0
        /// Audits and arbitrations that workers hold.
        public var runningChecks = 0
        /// Audits among both.
        public var openAudits = 0
        /// Running attempts of which an idle worker runs a copy.
        public var runningSpeculations = 0
        /// Workers that may receive shards: neither draining, nor quarantined, nor at rest after a failure, nor stalled.
        public var activeWorkers = 0
    }

    /// What the run is doing.
    public var phase = Phase.running
    /// Whether all that is left is to wait for a worker of another key and host, which may make the audits.
    public var isWaitingForAuditor = false
    /// The external models with images that wait, of which nobody who is here offers the scorer.
    public var unoffered: [ExternalModel] = []
    /// Why it pauses; empty while it does not.
    public var pauseReasons: Set<PauseReason> = []
    /// Images.
    public var images = Images()
    /// Cells.
    public var cells = Cells()
    /// Events counted since the start.
    public var counts = Counts()
    /// What waits and what is out.
    public var gauges = Gauges()
    /// Images recorded per second over the rate window.
    public var imagesPerSecond = 0.0
    /// Seconds until the last image, from measured costs and the threads at work; nil without workers or measurements.
    public var secondsRemaining: Double?
    /// Seconds since the first event.
    public var elapsedSeconds = 0.0
    /// The trainings that were asked for, in that order.
    public var trainings: [TrainingSummary] = []
    /// Everyone who is joined, in the order of joining as far as places were not reused.
    public var workers: [WorkerSummary] = []

    /// A run of which nothing is known yet.
    public init() {}
}
