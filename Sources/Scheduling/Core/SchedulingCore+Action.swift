// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

extension SchedulingCore {
    /// Something the shell is to do; actions are performed in the order in which they are given.
    public enum Action: Hashable, Sendable {
        /// Answer with the next cells, at most this many: ``Event/cells(_:more:)``.
        case wantsCells(Int)

        /// Send the shard to the worker.
        case dispatch(AttemptIdentity, to: WorkerID)
        /// Commit the rows at `positions` (of the cell), then say ``Event/recorded(_:from:positions:)``.
        ///
        /// The rows may replace a failure that was stored before: a result beats a failure.
        case record(AttemptIdentity, from: WorkerID, positions: Range<Int>)
        /// Compare the rows at `positions` with the stored ones, then say ``Event/compared(_:from:positions:areEqual:)``.
        ///
        /// The stored rows may belong to a `record` that was asked for earlier and is not committed yet. Of a cell that is
        /// complete the positions are as the worker gave them, and may be outside the cell.
        case compare(AttemptIdentity, from: WorkerID, positions: Range<Int>)
        /// Drop the attempt's table here, since it does not count as it came; the worker keeps it, and may bring it again.
        case setAside(AttemptIdentity, from: WorkerID)
        /// Tell the worker that it may forget the attempt's table.
        case acknowledge(AttemptIdentity, to: WorkerID)
        /// Ask the worker to give back those of the attempts that it has not begun, by ``AttemptFailure/handedBack``.
        ///
        /// It says nothing of the others: it computes them as always.
        case retract([AttemptIdentity], at: WorkerID)
        /// Ask the worker to send the attempt's table again; it came before its cell was known.
        case requestTable(AttemptIdentity, from: WorkerID)
        /// Tell the worker to drop the attempt, waiting, running or computed: nobody needs it.
        case cancel(AttemptIdentity, at: WorkerID)

        /// Send the training to the worker, with the last state that is stored.
        case train(TrainingAttempt, at: WorkerID)
        /// Ask the worker to store its state and to give the training back.
        case recallTraining(TrainingAttempt, at: WorkerID)
        /// Tell the worker to drop the training: it is another's, or nobody needs it.
        case cancelTraining(TrainingAttempt, at: WorkerID)
        /// The model is trained; its cells are asked for next.
        case trainingFinished(Digest)
        /// The training is given up; its cells are asked for next, and are to be given as hopeless.
        indirect case trainingFailed(FailedTraining)

        /// Ask the worker to say hello: it is not, or no longer, known, or has no lease of what it speaks of.
        case askToJoin(WorkerID)
        /// A worker is gone; `requeued` of its shards wait for others.
        case workerLost(WorkerID, Departure, requeued: Int)
        /// A draining worker holds no lease any more and may go when its tables are acknowledged.
        case drained(WorkerID)
        /// The worker receives nothing more, and what it held waits for others; send it away.
        ///
        /// Given again whenever it joins.
        case quarantined(WorkerID, QuarantineReason)

        /// The worker's surroundings fail it, for a reason that is new; it gets nothing for a while, and then one thing.
        case workerFails(WorkerID, String)
        /// The worker that failed for its surroundings has computed something.
        case workerRecovers(WorkerID)
        /// The recorded rows of the shard differ from those of the worker, and no third voice confirmed them.
        ///
        /// `recorder` is who they are from; nil where that is not known.
        case disputed(Shard, by: WorkerID, recorder: WorkerID?)

        /// The worker shows life and has made no progress for so many seconds; others get what it holds.
        case workerStalls(WorkerID, seconds: Double)
        /// The worker that made no progress gets on again.
        case workerGoesOn(WorkerID)

        /// A budget is used up; store the failure.
        indirect case shardFailed(FailedShard)
        /// Nothing more of these cost classes is tried: shards of them failed alike everywhere, as in this attempt.
        ///
        /// What was left of them follows as ``shardFailed(_:)``; classes of one model when it is all of its classes.
        indirect case givenUp([CostClass], like: AttemptRecord)
        /// Every image of the cell is recorded, or `failed` of them have no result.
        ///
        /// Given again when a late result replaces a failure.
        case cellFinished(CellID, failed: Int)
        /// No attempt at the cell will be dispatched any more; all that may follow is a `compare` of a late table.
        ///
        /// Given once for each cell without failures, after its audits, and at once for one that was recorded already.
        case cellReleased(CellID)
        /// Every image of every cell is recorded or has failed, and every audit is done or skipped.
        indirect case finished(RunProgress)
        /// The run was stopped, and nothing is in flight any more or the grace is over.
        indirect case stopped(StopReason, RunProgress)
        /// The run was cancelled, and what had arrived before is committed or the grace is over.
        indirect case cancelled(RunProgress)
    }
}
