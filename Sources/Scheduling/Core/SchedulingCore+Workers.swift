// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Workers: they join, give signs of life, and leave; their absence is noticed by silence.
extension SchedulingCore {
    /// Notes a sign of life; nil for a worker that is not joined, which is asked to join.
    mutating func heard(_ worker: WorkerID, at now: Instant) -> WorkerSlot? {
        guard let slot = workers.slot(of: worker) else {
            outbox.append(.askToJoin(worker))
            return nil
        }
        workers[slot].lastHeard = now
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
        if let known = workers.slot(of: worker) {
            slot = known
            workers[slot].lastHeard = now
            dropLeases(slot, keeping: held, at: now)
        } else {
            let host = UInt32(hosts.index(of: facts.host))
            slot = workers.insert(WorkerState(id: worker, facts: facts, host: host, joined: now), for: worker)
            countActive(slot, 1)
            progressBase.counts.workersJoined += 1
        }
        if refuse(held, training, slot) { return }
        settleTraining(training, slot, at: now)
        areTrainingsDue = true
        for attempt in held where workers[slot].offset(of: attempt.attempt) == nil {
            adopt(attempt, slot, at: now)
        }
        noteCredit(slot)
        noteDrained(slot)
    }

    /// Sends a quarantined worker away again, and after a cancellation drops what anyone comes with.
    private mutating func refuse(_ held: [HeldAttempt], _ training: TrainingAttempt?, _ slot: WorkerSlot) -> Bool {
        let worker = workers[slot].id
        let reason = quarantined[worker]
        guard reason != nil || isCancelled else { return false }
        for attempt in held.map(\.attempt) where deliveries[Delivery(attempt: attempt, worker: worker)] == nil {
            outbox.append(.cancel(attempt, at: worker))
        }
        if let training { outbox.append(.cancelTraining(training, at: worker)) }
        if let reason {
            setQuarantined(slot)
            outbox.append(.quarantined(worker, reason))
        }
        return true
    }

    /// Takes back what a worker that says hello again does not hold: the dispatch was lost on the way.
    private mutating func dropLeases(_ slot: WorkerSlot, keeping held: [HeldAttempt], at now: Instant) {
        let kept = Set(held.map(\.attempt))
        for lease in Array(workers[slot].leases) where !kept.contains(lease.attempt) {
            _ = removeLease(of: lease.attempt, slot)
            giveBack(lease, slot, .handedBack, at: now)
        }
    }

    mutating func drain(_ worker: WorkerID) {
        guard let slot = workers.slot(of: worker), !workers[slot].isDraining else { return }
        if workers[slot].isActive { countActive(slot, -1) }
        workers[slot].isDraining = true
        noteDrained(slot)
    }

    /// Marks a worker that receives nothing more.
    mutating func setQuarantined(_ slot: WorkerSlot) {
        if workers[slot].isActive { countActive(slot, -1) }
        workers[slot].isQuarantined = true
    }

    /// Looks for workers that missed their heartbeats, and for attempts beyond the time limit.
    ///
    /// - Complexity: O(workers).
    mutating func inspectWorkers(at now: Instant) {
        areTrainingsDue = true
        let earliest = now.advanced(by: .zero - configuration.longestSilence)
        for slot in workers.slots {
            if max(workers[slot].lastHeard, listeningSince) < earliest {
                lose(workers[slot].id, .silent, at: now)
            } else if let limit = configuration.timeLimit {
                endOverdueAttempt(slot, limit, at: now)
            }
        }
    }

    /// Ends the attempt that the worker computes for longer than it may.
    private mutating func endOverdueAttempt(_ slot: WorkerSlot, _ limit: Duration, at now: Instant) {
        guard let running = workers[slot].running,
            workers[slot].runningSince(running).advanced(by: limit) < now
        else { return }
        progressBase.counts.timeLimits += 1
        outbox.append(.cancel(running.attempt, at: workers[slot].id))
        end(running, slot, .timeLimit(limit), at: now)
    }

    /// Forgets a worker and requeues what it held.
    ///
    /// Only the attempt it was computing is blamed for the loss: the others had not begun.
    mutating func lose(_ worker: WorkerID, _ departure: Departure, at now: Instant) {
        guard let slot = workers.slot(of: worker) else { return }
        if workers[slot].isActive { countActive(slot, -1) }
        workers[slot].isDraining = true
        if departure != .goodbye { progressBase.counts.workersLost += 1 }
        let running = workers[slot].running?.serial
        let requeuedBefore = progressBase.counts.requeues
        for lease in Array(workers[slot].leases) {
            let isBlamed = departure != .goodbye && lease.serial == running
            _ = removeLease(of: lease.attempt, slot)
            giveBack(lease, slot, isBlamed ? .workerLost(departure) : .handedBack, at: now)
        }
        // Shards go before a training at a worker: while it had one, it had not begun.
        let isTraining = departure != .goodbye && running == nil
        giveBackTraining(of: slot, isTraining ? .workerLost(departure) : .handedBack, at: now)
        workers.remove(worker)
        outbox.append(.workerLost(worker, departure, requeued: progressBase.counts.requeues - requeuedBefore))
    }

    /// Counts a worker in or out of those that may receive shards.
    mutating func countActive(_ slot: WorkerSlot, _ change: Int) {
        let host = Int(workers[slot].host)
        while activeByHost.count <= host { activeByHost.append(0) }
        let hadAny = activeByHost[host] > 0
        activeByHost[host] += change
        activeHosts += (activeByHost[host] > 0 ? 1 : 0) - (hadAny ? 1 : 0)
        activeWorkers += change
        areCandidatesKnown = false
        activeThreads += change * workers[slot].facts.threads
    }
}
