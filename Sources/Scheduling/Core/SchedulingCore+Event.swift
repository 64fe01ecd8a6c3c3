// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

extension SchedulingCore {
    /// Something that happened in the world.
    public enum Event: Hashable, Sendable {
        /// The sizes of the whole sweep are known; serves progress alone.
        case planned(cells: Int, images: Int)
        /// The answer to ``Action/wantsCells(_:)``: the next cells in order, and whether others follow them.
        ///
        /// A cell that was given before is skipped. Cells that wait for a training are `awaitingTraining`: they are asked for
        /// when a training has finished or failed.
        case cells([CellWork], more: Bool, awaitingTraining: Bool = false)

        /// Models are to be trained, in this order; one that was asked for before is skipped.
        case trainings([Digest])
        /// A worker speaks of the attempt, which it may or may not have.
        case trainingMentioned(TrainingAttempt, from: WorkerID)
        /// A state of the attempt that is so many steps behind the beginning is stored, for others to go on from.
        case trainingSaved(TrainingAttempt, from: WorkerID, steps: Int)
        /// The trained model is stored.
        case trained(TrainingAttempt, from: WorkerID)
        /// A trained model is here, and none of these workers is to repeat its last steps, but another one.
        case trainedOnce(TrainingAttempt, from: WorkerID, others: Set<WorkerID>)
        /// An attempt at a training ended without a model; a final failure would meet every worker.
        case trainingEnded(TrainingAttempt, from: WorkerID, AttemptFailure, isFinal: Bool = false)

        /// A worker said hello, for the first time or again, with everything it holds that it has a lease of or proved to be
        /// its own; its facts stay those it came with.
        case joined(WorkerID, WorkerFacts, held: [HeldAttempt], training: TrainingAttempt? = nil)
        /// Any message of a worker that is no other event.
        case heard(WorkerID)
        /// A worker's heartbeat, with how far its engine is.
        case beat(WorkerID, EngineProgress)
        /// A worker went away.
        case left(WorkerID, Departure)
        /// A worker is to finish what it holds and receive nothing more.
        case drain(WorkerID)

        /// A well-formed table arrived; one with the wrong rows or columns is an engine error.
        ///
        /// It counts only where the worker has the attempt's lease.
        /// The seconds are those the worker measured from the attempt's begin to its table; without them the speed is
        /// taken from the times at which tables arrive, and the worker holds no more than the least credit.
        case tableArrived(AttemptIdentity, from: WorkerID, computeSeconds: Double? = nil)
        /// The rows at `positions` of the attempt's table are committed.
        case recorded(AttemptIdentity, from: WorkerID, positions: Range<Int>)
        /// The store cannot take the rows at `positions` of the attempt's table: these images have failed.
        case refused(AttemptIdentity, from: WorkerID, positions: Range<Int>, reason: String)
        /// The rows at `positions` of the attempt's table were compared bit for bit with the recorded ones.
        ///
        /// Where they differ, `recordedBy` is the worker that the recorded ones are from, as far as its id is known.
        case compared(
            AttemptIdentity,
            from: WorkerID,
            positions: Range<Int>,
            areEqual: Bool,
            recordedBy: WorkerID? = nil
        )
        /// An attempt ended without a table.
        case failed(AttemptIdentity, from: WorkerID, AttemptFailure)

        /// Time has passed; due at the start and at least once per heartbeat interval.
        case tick
        /// Nothing is to be dispatched until the reason is gone; tables are taken as always.
        case pause(PauseReason)
        /// The reason is gone; the run goes on when it was the last one.
        case resume(PauseReason)
        /// Nothing more is to be dispatched; what is in flight may come in within the grace.
        case stop
        /// No worker will come any more: what workers were lost with has failed, and the run ends.
        case giveUp
        /// Nothing more is to be dispatched, and what is in flight is dropped at the workers.
        case cancel
    }
}
