// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Stalls: a worker that shows life and makes no progress does not keep what others could do.
//
// Nothing of that is held against anybody, and the worker may go on: whoever is first is recorded.
extension SchedulingCore {
    mutating func beat(_ worker: WorkerID, _ progress: EngineProgress, at now: Instant) {
        guard let slot = heard(worker, at: now) else { return }
        let isFree = fleet[slot].leases.isEmpty && fleet[slot].training == nil
        if fleet.change(slot, { $0.changeAdvance { $0.note(progress, isFree: isFree, at: now) } }) { goOn(slot) }
    }

    /// Notes that something came of what the worker does.
    mutating func noteResult(of slot: WorkerSlot, at now: Instant) {
        if fleet.change(slot, { $0.changeAdvance { $0.noteResult(at: now) } }) { goOn(slot) }
    }

    /// Lets a worker that gets on again receive things, and have the training back that nobody else has.
    private mutating func goOn(_ slot: WorkerSlot) {
        outbox.append(.workerGoesOn(fleet[slot].id))
        if let training = fleet[slot].training { trainings[training].promoteRival() }
        trainings.isDue = true
        fleet.noteCredit(slot)
    }

    /// Looks for workers that make no progress, and gives what they hold to others where there are any.
    ///
    /// - Complexity: O(workers).
    mutating func inspectProgress(at now: Instant) {
        for slot in fleet.slots {
            if !fleet[slot].advance.isStalled { stallIfOverdue(slot, at: now) }
            // One that has nothing to do never got what was sent to it.
            let isIdle = fleet[slot].advance.isIdle
            guard fleet[slot].advance.isStalled, fleet.active.workers > 0 || isIdle else { continue }
            takeBackShards(of: slot, at: now)
            if isIdle { giveBackTraining(of: slot, after: .handedBack, at: now) }
        }
    }

    private mutating func stallIfOverdue(_ slot: WorkerSlot, at now: Instant) {
        guard let (since, patience) = work(of: slot) else { return }
        let quiet = now.seconds(since: max(since, fleet[slot].advance.last, run.listeningSince))
        guard quiet > patience else { return }
        fleet.change(slot) { $0.changeAdvance { $0.stall() } }
        counts.stalls += 1
        trainings.isDue = true
        outbox.append(.workerStalls(fleet[slot].id, seconds: quiet))
    }

    /// Since when the worker has been at what it computes, and how long it may do so without progress; nil when it has
    /// nothing that is known.
    private func work(of slot: WorkerSlot) -> (since: Instant, patience: Double)? {
        let worker = fleet[slot]
        if let lease = worker.leases.running {
            guard let costClass = lease.costClass else { return nil }
            let known = knownSeconds(of: lease.range.count, costClass: costClass, at: slot)
            return (worker.runningSince(lease), patience(configuration.stallPatience, known: known))
        }
        guard let training = worker.training, let lease = trainings[training].lease(of: worker.id) else { return nil }
        let gap = worker.advance.longestGap
        return (lease.since, patience(configuration.trainingPatience, known: gap > 0 ? gap : nil))
    }

    /// Never less than two heartbeats, which bring the progress.
    private func patience(_ unknown: Duration, known: Double?) -> Double {
        let seconds = known.map { max($0 * configuration.stallFactor, unknown.inSeconds / 4) } ?? unknown.inSeconds
        return max(seconds, 2 * configuration.heartbeatInterval.inSeconds)
    }

    /// What images of the class took, here or elsewhere; nil where none was measured.
    private func knownSeconds(of images: Int, costClass: Int, at slot: WorkerSlot) -> Double? {
        let isKnown =
            fleet[slot].speed.secondsPerImage(of: costClass) != nil
            || costTable.threadSecondsPerImage(of: costClass) != nil
        return isKnown ? expectedSeconds(of: images, costClass: costClass, at: slot) : nil
    }

    /// Ends the leases of a worker that makes no progress, without blame.
    ///
    /// It is told to drop what it has not begun; what it has begun it may finish. There is no race of copies as for
    /// stragglers, because that waits for an idle worker: the queue gives the shard to whoever is free next.
    private mutating func takeBackShards(of slot: WorkerSlot, at now: Instant) {
        let running = fleet[slot].leases.running?.serial
        for lease in Array(fleet[slot].leases) where !lease.isComputed && lease.costClass != nil {
            _ = fleet.removeLease(of: lease.attempt, from: slot)
            if lease.serial != running { outbox.append(.cancel(lease.attempt, at: fleet[slot].id)) }
            giveBack(lease, of: slot, after: .handedBack, at: now)
        }
        noteDrained(slot)
    }
}
