// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Leases: they begin with a dispatch or an adoption and end with a table, a failure or the worker.
extension SchedulingCore {
    /// Gives the pending images that the attempt covers to the worker at `workerSlot`.
    mutating func begin(_ lease: Lease, _ workerSlot: WorkerSlot, _ slot: CellSlot) {
        update(slot, lease.range) { segment in
            guard segment.state == .pending else { return }
            segment.state = .leased
            segment.holder = lease.serial
            // The number of an adopted attempt came from outside and is not counted on from.
            segment.dispatches = lease.isAdopted ? max(segment.dispatches, 1) : lease.attempt.attempt
        }
        // Read before the call: passed from within it, the compiler copies the whole core.
        let costClass = cells[slot].costClass
        var lease = lease
        lease.costClass = costClass
        lease.expectedSeconds = expectedSeconds(lease.range.count, workerSlot, costClass)
        append(lease, workerSlot)
    }

    mutating func makeLease(
        _ attempt: AttemptIdentity,
        _ purpose: Lease.Purpose,
        isAdopted: Bool = false,
        at now: Instant
    ) -> Lease {
        defer { nextSerial += 1 }
        return Lease(attempt: attempt, serial: nextSerial, since: now, purpose: purpose, isAdopted: isAdopted)
    }

    mutating func append(_ lease: Lease, _ workerSlot: WorkerSlot) {
        workers[workerSlot].append(lease)
        leaseCount += 1
    }

    mutating func removeLease(of attempt: AttemptIdentity, _ workerSlot: WorkerSlot) -> Lease? {
        guard let lease = workers[workerSlot].removeLease(of: attempt) else { return nil }
        leaseCount -= 1
        dropClaim(of: workerSlot, on: attempt.shard.cell)
        noteCredit(workerSlot)
        return lease
    }

    /// Lets a draining worker go when it holds nothing more.
    mutating func noteDrained(_ workerSlot: WorkerSlot) {
        guard workers[workerSlot].isDraining, workers[workerSlot].leases.isEmpty, workers[workerSlot].training == nil
        else { return }
        outbox.append(.drained(workers[workerSlot].id))
    }

    /// Ends the lease because its table is here, and learns from it how fast the worker is.
    mutating func endLease(
        of attempt: AttemptIdentity,
        _ computeSeconds: Double?,
        _ workerSlot: WorkerSlot,
        at now: Instant
    ) {
        noteTable(workerSlot, images: attempt.shard.count)
        let lease = removeLease(of: attempt, workerSlot)
        if let lease { learn(from: lease, computeSeconds, workerSlot, at: now) }
        if lease?.isStale ?? true { progressBase.counts.stale += 1 }
        workers[workerSlot].lastEnd = now
        // Only what was learnt tells whether there is credit for more than the least.
        noteCredit(workerSlot)
        noteDrained(workerSlot)
    }

    mutating func failed(
        _ attempt: AttemptIdentity,
        _ worker: WorkerID,
        _ failure: AttemptFailure,
        at now: Instant
    ) {
        guard let workerSlot = heard(worker, at: now), let offset = workers[workerSlot].offset(of: attempt) else {
            return
        }
        end(workers[workerSlot].leases[offset], workerSlot, failure, at: now)
    }

    /// Ends a lease that came to nothing.
    mutating func end(_ lease: Lease, _ workerSlot: WorkerSlot, _ failure: AttemptFailure, at now: Instant) {
        _ = removeLease(of: lease.attempt, workerSlot)
        if failure.isEngineError {
            progressBase.counts.engineErrors += 1
            workers[workerSlot].record.engineErrors += 1
            workers[workerSlot].lastEnd = now
        }
        giveBack(lease, workerSlot, failure, at: now)
        if failure.isEngineError { blame(workerSlot, for: lease, at: now) }
        noteDrained(workerSlot)
    }
}
