// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

// Workers: they join, give signs of life, and leave; their absence is noticed by silence.
extension SchedulingCore {
    /// Notes a sign of life; nil for a worker that is not joined, which is asked to join.
    mutating func heard(_ worker: WorkerID, at now: Instant) -> Int? {
        guard let slot = workers.slot(of: worker) else {
            outbox.append(.askToJoin(worker))
            return nil
        }
        workers[slot].lastHeard = now
        return slot
    }

    mutating func join(_ worker: WorkerID, _ facts: WorkerFacts, held: [HeldAttempt], at now: Instant) {
        let slot: Int
        if let known = workers.slot(of: worker) {
            slot = known
            workers[slot].lastHeard = now
            dropLeases(slot, keeping: held, at: now)
        } else {
            let host = UInt32(hosts.index(of: facts.host))
            slot = workers.insert(WorkerState(id: worker, facts: facts, host: host, joined: now), for: worker)
            activeWorkers += 1
            activeThreads += facts.threads
            progressBase.counts.workersJoined += 1
        }
        for attempt in held where !workers[slot].leases.contains(where: { $0.attempt == attempt.attempt }) {
            adopt(attempt, slot, at: now)
        }
        noteCredit(slot)
        noteDrained(slot)
    }

    /// Takes back what a worker that says hello again does not hold: the dispatch was lost on the way.
    private mutating func dropLeases(_ slot: Int, keeping held: [HeldAttempt], at now: Instant) {
        let kept = Set(held.map(\.attempt))
        for lease in workers[slot].leases where !kept.contains(lease.attempt) {
            _ = removeLease(of: lease.attempt, slot)
            giveBack(lease, slot, .handedBack, at: now)
        }
    }

    mutating func drain(_ worker: WorkerID) {
        guard let slot = workers.slot(of: worker), !workers[slot].isDraining else { return }
        workers[slot].isDraining = true
        activeWorkers -= 1
        activeThreads -= workers[slot].facts.threads
        noteDrained(slot)
    }

    /// Looks for workers that missed their heartbeats.
    ///
    /// - Complexity: O(workers).
    mutating func loseSilentWorkers(at now: Instant) {
        for slot in workers.slots {
            let lastSign = max(workers[slot].lastHeard, listeningSince)
            if lastSign.advanced(by: configuration.longestSilence) < now {
                lose(workers[slot].id, .silent, at: now)
            }
        }
    }

    /// Forgets a worker and requeues what it held.
    ///
    /// Only the attempt it was computing is blamed for the loss: the others had not begun.
    mutating func lose(_ worker: WorkerID, _ departure: Departure, at now: Instant) {
        guard let slot = workers.slot(of: worker) else { return }
        if !workers[slot].isDraining {
            activeWorkers -= 1
            activeThreads -= workers[slot].facts.threads
        }
        if departure != .goodbye { progressBase.counts.workersLost += 1 }
        let leases = workers[slot].leases
        let running = leases.first { !$0.isComputed }?.serial
        let requeuedBefore = progressBase.counts.requeues
        for lease in leases {
            let isBlamed = departure != .goodbye && lease.serial == running
            _ = removeLease(of: lease.attempt, slot)
            giveBack(lease, slot, isBlamed ? .workerLost(departure) : .handedBack, at: now)
        }
        workers.remove(worker)
        outbox.append(.workerLost(worker, departure, requeued: progressBase.counts.requeues - requeuedBefore))
    }

    /// Remembers that the worker at `slot` may receive another shard.
    mutating func noteCredit(_ slot: Int) {
        guard hasCredit(slot), !workers[slot].isHungry else { return }
        workers[slot].isHungry = true
        hungry.append(slot)
    }

    /// Whether the worker at `slot` may receive another shard.
    func hasCredit(_ slot: Int) -> Bool {
        !workers[slot].isDraining && workers[slot].leases.count < configuration.creditWindow
    }
}
