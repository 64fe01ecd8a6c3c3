// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Races: an attempt and its copy; the first table wins.
extension SchedulingCore {
    /// Runs a copy of `lease`, which another worker computes, on the worker at `workerSlot`.
    mutating func race(_ lease: Lease, of worker: WorkerID, on workerSlot: WorkerSlot, at now: Instant) {
        guard let slot = cells.slot(of: lease.attempt.shard.cell) else { return }
        let number = cells[slot].lastAttempt + 1
        update(slot, lease.range) { segment in
            if segment.state == .leased { segment.dispatches = number }
        }
        let attempt = AttemptIdentity(shard: lease.attempt.shard, attempt: number, epoch: epoch)
        let original = Delivery(attempt: lease.attempt, worker: worker)
        races[attempt.shard] = Race(
            original: original,
            copy: Delivery(attempt: attempt, worker: workers[workerSlot].id)
        )
        progressBase.counts.speculations += 1
        send(attempt, .speculation, to: workerSlot, slot, at: now)
    }

    /// Ends the race in which the table of `attempt` is the first, and cancels the other runner.
    mutating func finishRace(_ attempt: AttemptIdentity, _ worker: WorkerID, at now: Instant) {
        guard !races.isEmpty, let race = races[attempt.shard] else { return }
        let winner = Delivery(attempt: attempt, worker: worker)
        guard let loser = race.rival(of: winner) else { return }
        races[attempt.shard] = nil
        if winner == race.copy { progressBase.counts.speculationsWon += 1 }
        guard let slot = workers.slot(of: loser.worker), removeLease(of: loser.attempt, slot) != nil else { return }
        workers[slot].lastEnd = now
        outbox.append(.cancel(loser.attempt, at: loser.worker))
        noteDrained(slot)
    }

    /// Ends the race that the ended lease was part of and returns the lease that goes on.
    mutating func endRace(of lease: Lease, _ worker: WorkerID) -> Lease? {
        guard !races.isEmpty, let race = races[lease.attempt.shard] else { return nil }
        guard let rival = race.rival(of: Delivery(attempt: lease.attempt, worker: worker)) else { return nil }
        races[lease.attempt.shard] = nil
        guard let slot = workers.slot(of: rival.worker), let offset = workers[slot].offset(of: rival.attempt) else {
            return nil
        }
        return workers[slot].leases[offset]
    }
}
