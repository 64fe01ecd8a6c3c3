// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Workers: they join with what they hold, give signs of life, and leave; their absence is noticed by silence.
extension SchedulingCore {
    /// Attempts of cells still to come that one worker may claim; more than any worker holds.
    private static let mostClaims = 64

    /// Notes a sign of life; nil for a worker that is not joined, which is asked to join.
    mutating func heard(_ worker: WorkerID, at now: Instant) -> WorkerSlot? {
        guard let slot = fleet.slot(of: worker) else {
            outbox.append(.askToJoin(worker))
            return nil
        }
        fleet.change(slot) { $0.lastHeard = now }
        return slot
    }

    mutating func join(
        _ worker: WorkerID,
        _ facts: WorkerFacts,
        held: [HeldAttempt],
        training: TrainingAttempt?,
        at now: Instant
    ) {
        let slot: WorkerSlot
        if let known = fleet.slot(of: worker) {
            slot = known
            fleet.change(slot) { $0.lastHeard = now }
            dropLeases(of: slot, keeping: held, at: now)
        } else {
            slot = fleet.join(worker, facts, at: now)
            counts.workersJoined += 1
        }
        if refuse(held, training, of: slot) { return }
        settleTraining(training, at: slot, now: now)
        trainings.isDue = true
        var known = Set(fleet[slot].leases.map(\.attempt))
        for attempt in held where known.insert(attempt.attempt).inserted {
            adopt(attempt, at: slot, now: now)
        }
        fleet.noteCredit(slot)
        noteDrained(slot)
    }

    /// Sends a quarantined worker away again, and after a cancellation drops what anyone comes with.
    private mutating func refuse(_ held: [HeldAttempt], _ training: TrainingAttempt?, of slot: WorkerSlot) -> Bool {
        let worker = fleet[slot].id
        let reason = fleet.quarantine(of: worker)
        guard reason != nil || run.isCancelled else { return false }
        for attempt in held.map(\.attempt) where !deliveries.contains(WorkerAttempt(attempt, worker)) {
            outbox.append(.cancel(attempt, at: worker))
        }
        if let training { outbox.append(.cancelTraining(training, at: worker)) }
        if let reason {
            fleet.change(slot) { $0.isQuarantined = true }
            outbox.append(.quarantined(worker, reason))
        }
        return true
    }

    /// Takes back what a worker that says hello again does not hold: the dispatch was lost on the way.
    private mutating func dropLeases(of slot: WorkerSlot, keeping held: [HeldAttempt], at now: Instant) {
        let kept = Set(held.map(\.attempt))
        for lease in Array(fleet[slot].leases) where !kept.contains(lease.attempt) {
            _ = fleet.removeLease(of: lease.attempt, from: slot)
            giveBack(lease, of: slot, after: .handedBack, at: now)
        }
    }

    // Adoption: a worker that joins may hold attempts of an earlier life, its own or the coordinator's

    /// Leaves an attempt with the worker that came with it, unless nobody needs it.
    private mutating func adopt(_ held: HeldAttempt, at workerSlot: WorkerSlot, now: Instant) {
        let attempt = held.attempt
        let cell = attempt.shard.cell
        let worker = fleet[workerSlot].id
        if deliveries.contains(WorkerAttempt(attempt, worker)) { return }
        // Beyond what any worker is given, or all may hold, others compute it again.
        let (own, all) = (fleet[workerSlot].leases.count, fleet.leaseCount)
        guard own < configuration.mostAdopted, all < configuration.mostLeases else {
            return outbox.append(.cancel(attempt, at: worker))
        }
        if let slot = backlog.slot(of: cell) {
            place(held, in: slot, at: workerSlot, now: now)
        } else if backlog.isComplete(cell), held.isComputed {
            // For a comparison with what is recorded.
            fleet.append(adoptedLease(held, at: now), to: workerSlot)
        } else if demand.hasMore, !backlog.isComplete(cell) {
            claim(held, at: workerSlot, now: now)
        } else {
            outbox.append(.cancel(attempt, at: worker))
        }
    }

    /// A lease of an attempt that the worker came with.
    private mutating func adoptedLease(_ held: HeldAttempt, at now: Instant) -> Lease {
        var lease = fleet.makeLease(held.attempt, .result, isAdopted: true, at: now)
        lease.isComputed = held.isComputed
        return lease
    }

    /// Gives the worker a lease of what it holds of the cell.
    mutating func place(_ held: HeldAttempt, in slot: CellSlot, at workerSlot: WorkerSlot, now: Instant) {
        let shard = held.attempt.shard
        guard backlog[slot].contains(shard), held.isComputed || backlog[slot].lacks(shard) else {
            outbox.append(.cancel(held.attempt, at: fleet[workerSlot].id))
            return
        }
        counts.adopted += 1
        var lease = adoptedLease(held, at: now)
        // An attempt of this life that others were given since: its worker was stopped or cut off for a while.
        lease.isStale =
            held.attempt.epoch == epoch && backlog[slot].segments.contains(in: lease.range) { $0.state != .pending }
        begin(lease, in: slot, at: workerSlot)
    }

    /// Notes that the worker holds an attempt of a cell that is not known yet.
    mutating func claim(_ held: HeldAttempt, at workerSlot: WorkerSlot, now: Instant) {
        guard fleet[workerSlot].leases.count < SchedulingCore.mostClaims else {
            return outbox.append(.cancel(held.attempt, at: fleet[workerSlot].id))
        }
        fleet.claim(adoptedLease(held, at: now), for: workerSlot)
    }

    // Leaving

    mutating func drain(_ worker: WorkerID) {
        guard let slot = fleet.slot(of: worker), !fleet[slot].isDraining else { return }
        fleet.change(slot) { $0.isDraining = true }
        noteDrained(slot)
    }

    /// Lets a draining worker go when it holds nothing more.
    mutating func noteDrained(_ slot: WorkerSlot) {
        if fleet[slot].isDrained { outbox.append(.drained(fleet[slot].id)) }
    }

    /// Looks for workers that missed their heartbeats, and for attempts beyond the time limit.
    ///
    /// - Complexity: O(workers).
    mutating func inspectWorkers(at now: Instant) {
        trainings.isDue = true
        endRests(at: now)
        inspectProgress(at: now)
        let earliest = now.advanced(by: .zero - configuration.longestSilence)
        for slot in fleet.slots {
            if max(fleet[slot].lastHeard, run.listeningSince) < earliest {
                lose(fleet[slot].id, .silent, at: now)
            } else if let limit = configuration.timeLimit {
                endOverdueAttempt(of: slot, limit: limit, at: now)
            }
        }
    }

    /// Ends the attempt that the worker computes for longer than it may.
    private mutating func endOverdueAttempt(of slot: WorkerSlot, limit: Duration, at now: Instant) {
        guard let running = fleet[slot].leases.running, fleet[slot].runningSince(running).advanced(by: limit) < now
        else {
            return
        }
        counts.timeLimits += 1
        outbox.append(.cancel(running.attempt, at: fleet[slot].id))
        end(running, of: slot, after: .timeLimit(limit), at: now)
    }

    /// Forgets a worker and requeues what it held.
    ///
    /// Only the attempt it was computing is blamed for the loss: the others had not begun. And of a worker that went silent
    /// only when it was heard of a heartbeat's interval or more after that began: otherwise it has vanished, and nobody
    /// knows whether it computed anything.
    mutating func lose(_ worker: WorkerID, _ departure: Departure, at now: Instant) {
        guard let slot = fleet.slot(of: worker) else { return }
        fleet.change(slot) { $0.isDraining = true }
        if departure != .goodbye { counts.workersLost += 1 }
        let begun = fleet[slot].leases.running.map { fleet[slot].runningSince($0) }
        let running = fleet[slot].leases.running?.serial
        let requeuedBefore = counts.requeues
        for lease in Array(fleet[slot].leases) {
            let isBlamed = departure != .goodbye && lease.serial == running
            _ = fleet.removeLease(of: lease.attempt, from: slot)
            let reason = blame(departure, of: slot, since: begun)
            giveBack(lease, of: slot, after: isBlamed ? .workerLost(reason) : .handedBack, at: now)
        }
        // Shards go before a training at a worker: while it had one, it had not begun.
        let isTraining = departure != .goodbye && running == nil
        let reason = blame(departure, of: slot, since: trainings.lease(of: fleet[slot].training)?.since)
        giveBackTraining(of: slot, after: isTraining ? .workerLost(reason) : .handedBack, at: now)
        fleet.remove(slot)
        outbox.append(.workerLost(worker, departure, requeued: counts.requeues - requeuedBefore))
    }

    /// How the worker went away from an attempt that began at `begun`.
    private func blame(_ departure: Departure, of slot: WorkerSlot, since begun: Instant?) -> Departure {
        guard departure == .silent, let begun else { return departure }
        let wasHeardOf = fleet[slot].lastHeard >= begun.advanced(by: configuration.heartbeatInterval)
        return wasHeardOf ? .silent : .vanished
    }
}
