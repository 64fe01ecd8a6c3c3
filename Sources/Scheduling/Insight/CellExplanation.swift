// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// How a cell stands, and why.
public struct CellExplanation: Hashable, Sendable {
    /// Images of the cell by state; all zero when only the id of a recorded cell is kept.
    public struct Images: Hashable, Sendable {
        /// Nobody computes them.
        public var pending = 0
        /// Held by workers.
        public var leased = 0
        /// Arrived and not committed.
        public var recording = 0
        /// In the store.
        public var recorded = 0
        /// Of shards that used up a budget.
        public var failed = 0
    }

    /// An attempt that a worker holds.
    public struct Attempt: Hashable, Sendable {
        /// Which attempt.
        public var identity: AttemptIdentity
        /// Who holds it.
        public var worker: WorkerID
        /// The worker's machine.
        public var host: String
        /// When it was dispatched, or adopted.
        public var since: Instant
        /// Whether the worker brought it along from an earlier life, its own or the coordinator's.
        public var isAdopted: Bool
        /// Whether it repeats another running attempt because that one takes long.
        public var isSpeculative: Bool
        /// Whether it computes recorded images again, for comparison.
        public var isCheck: Bool
        /// Whether the worker computes it, as far as the order of its attempts tells, rather than keeping it waiting.
        public var isRunning: Bool
    }

    /// The cell.
    public var id: CellID
    /// Cells of higher priority go first.
    public var priority: Int
    /// Whether every image is recorded.
    public var isRecorded: Bool
    /// Images by state.
    public var images: Images
    /// Whether images of it wait in the queue.
    public var isQueued: Bool
    /// Attempts in flight, workers in their order.
    public var attempts: [Attempt]
    /// Failed attempts at images that are not recorded, oldest first.
    public var failures: [AttemptRecord]
    /// Audits and arbitrations that wait or run.
    public var checks: Int
    /// The external model of which nobody who is here offers the scorer, while images of it wait; nil where that is not so.
    public var unoffered: ExternalModel?
}
