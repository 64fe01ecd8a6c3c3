// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Giving back: the images of an attempt that came to nothing wait again, run on elsewhere, or have failed.
extension SchedulingCore {
    /// Returns the images that the ended lease still covers to the queue, or fails those that used up a budget.
    ///
    /// Where a copy of the attempt runs at another worker, the images are that copy's from here on.
    mutating func giveBack(_ lease: Lease, _ workerSlot: WorkerSlot, _ failure: AttemptFailure, at now: Instant) {
        if lease.purpose == .check {
            let delivery = Delivery(attempt: lease.attempt, worker: workers[workerSlot].id)
            if let check = checks.removeValue(forKey: delivery) { giveBack(check, failure, at: now) }
            return
        }
        let heir = endRace(of: lease, workers[workerSlot].id)
        guard let slot = cells.slot(of: lease.attempt.shard.cell), isInside(lease.attempt.shard, slot) else { return }
        if failure != .handedBack { note(failure, of: lease, workerSlot, slot, at: now) }
        let spent = release(lease, failure, heir, workerSlot, slot)
        fail(spent, slot, at: now)
    }

    /// Gives the lease's images to the heir or to the queue, and returns those that used up a budget.
    private mutating func release(
        _ lease: Lease,
        _ failure: AttemptFailure,
        _ heir: Lease?,
        _ workerSlot: WorkerSlot,
        _ slot: CellSlot
    ) -> [Range<UInt32>] {
        let (worker, host) = (workers[workerSlot].id, workers[workerSlot].host)
        let configuration = configuration
        var requeued: [UInt32] = []
        var spent: [Range<UInt32>] = []
        update(slot, lease.range) { segment in
            guard segment.state == .leased, segment.holder == lease.serial else { return }
            segment.charge(failure)
            if let heir {
                segment.holder = heir.serial
            } else if segment.isSpent(configuration) {
                spent.append(segment.range)
                segment.settle(.failed)
            } else {
                requeued.append(segment.lower)
                segment.requeue(after: worker, on: host)
            }
        }
        for lower in requeued {
            queue.append(WorkQueue.Requeued(cell: slot, lower: lower), priority: cells[slot].priority)
        }
        progressBase.counts.requeues += requeued.count
        return spent
    }

    /// Keeps the failed attempt with its cell.
    private mutating func note(
        _ failure: AttemptFailure,
        of lease: Lease,
        _ workerSlot: WorkerSlot,
        _ slot: CellSlot,
        at now: Instant
    ) {
        let record = AttemptRecord(
            attempt: lease.attempt,
            worker: workers[workerSlot].id,
            host: workers[workerSlot].facts.host,
            dispatched: lease.since,
            ended: now,
            failure: failure
        )
        cells[slot].history.append(record)
    }

    private mutating func fail(_ ranges: [Range<UInt32>], _ slot: CellSlot, at now: Instant) {
        guard !ranges.isEmpty else { return }
        for range in ranges {
            let shard = Shard(cell: cells[slot].id, lower: Int(range.lowerBound), upper: Int(range.upperBound))
            let attempts = cells[slot].history.filter { $0.attempt.shard.positions.overlaps(shard.positions) }
            progressBase.counts.failedShards += 1
            outbox.append(.shardFailed(FailedShard(shard: shard, attempts: attempts)))
        }
        closeIfFinished(slot)
        stopIfTooManyFailed(at: now)
    }

    /// Ends a run of which as much has failed as it may.
    mutating func stopIfTooManyFailed(at now: Instant) {
        if let most = configuration.maximumFailures, progressBase.counts.failedShards >= most {
            stop(.failures, at: now)
        }
    }
}
