// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What the comparison of a table's rows with the recorded ones showed.
struct ComparedRows {
    let positions: Range<Int>
    let areEqual: Bool
    /// Who the recorded rows are from; nil where that is not known.
    let recorder: WorkerID?
}

// Tables: the first one that brings an image is recorded, later ones are compared with it.
extension SchedulingCore {
    mutating func tableArrived(_ delivery: WorkerAttempt, computeSeconds: Double?, at now: Instant) {
        let (attempt, worker) = (delivery.attempt, delivery.worker)
        let workerSlot = heard(worker, at: now)
        counts.tables += 1
        // A table that is being looked at already is one that the worker sent twice: its acknowledgement will come.
        if deliveries.contains(delivery) { return }
        if run.isCancelled || fleet.quarantine(of: worker) != nil {
            outbox.append(.cancel(attempt, at: worker))
            return
        }
        guard let workerSlot, let lease = fleet[workerSlot].leases.lease(of: attempt) else {
            return setAside(delivery, isJoined: workerSlot != nil)
        }
        guard let slot = backlog.slot(of: attempt.shard.cell) else {
            return tableOfAbsentCell(delivery, lease, workerSlot, at: now)
        }
        endLease(lease, at: workerSlot, computeSeconds: computeSeconds, now: now)
        noteSuccess(of: slot)
        take(delivery, of: slot)
        finishRace(delivery, at: now)
        refuteFailures(at: attempt.shard, of: slot, by: worker, at: now)
    }

    /// Lets a table wait whose worker has no lease of it: it may be anyone's invention.
    ///
    /// A worker that lost the lease without knowing still has the proof that the attempt was its own, and comes with it when
    /// it says hello again; what it came with is a lease again, and its table counts.
    private mutating func setAside(_ delivery: WorkerAttempt, isJoined: Bool) {
        counts.unleased += 1
        outbox.append(.setAside(delivery.attempt, from: delivery.worker))
        if isJoined { outbox.append(.askToJoin(delivery.worker)) }
    }

    /// Ends the lease because its table is here, and learns from it how fast the worker is.
    private mutating func endLease(
        _ lease: Lease,
        at workerSlot: WorkerSlot,
        computeSeconds: Double?,
        now: Instant
    ) {
        fleet.change(workerSlot) { $0.record.noteTable(images: lease.attempt.shard.count) }
        _ = fleet.removeLease(of: lease.attempt, from: workerSlot)
        if !lease.isAdopted { noteRecovery(of: workerSlot) }
        noteResult(of: workerSlot, at: now)
        learn(from: lease, of: workerSlot, computeSeconds: computeSeconds, at: now)
        if lease.isStale { counts.stale += 1 }
        fleet.change(workerSlot) { $0.lastEnd = now }
        // Only what was learnt tells whether there is credit for more than the least.
        fleet.noteCredit(workerSlot)
        noteDrained(workerSlot)
    }

    /// Learns from a table what its shard cost.
    ///
    /// Nothing is learnt from an adopted attempt: of what its worker says of it nothing can be checked.
    private mutating func learn(
        from lease: Lease,
        of workerSlot: WorkerSlot,
        computeSeconds: Double?,
        at now: Instant
    ) {
        guard !lease.isAdopted, let costClass = lease.costClass else { return }
        let pacing = fleet.pacing
        let seconds = fleet.change(workerSlot) { worker in
            worker.learn(from: lease, costClass: costClass, computeSeconds: computeSeconds, at: now, pacing: pacing)
        }
        let threads = fleet[workerSlot].facts.threads
        costTable.add(images: lease.attempt.shard.count, seconds: seconds, threads: threads, to: costClass)
    }

    /// Asks for the rows that are new to be recorded and for the others to be compared.
    private mutating func take(_ delivery: WorkerAttempt, of slot: CellSlot) {
        let (attempt, worker) = (delivery.attempt, delivery.worker)
        let parts = backlog.change(slot) { $0.take(attempt.shard, &$1) }
        deliveries.begin(delivery, parts: parts.count)
        for part in parts where part.isNew {
            outbox.append(.record(attempt, from: worker, positions: part.positions))
        }
        for part in parts where !part.isNew {
            outbox.append(.compare(attempt, from: worker, positions: part.positions))
        }
        if checks.running(delivery) == nil, parts.contains(where: { !$0.isNew }) { counts.duplicates += 1 }
    }

    /// A table of a cell that is complete is compared; one of a cell that is still to come must wait for it.
    private mutating func tableOfAbsentCell(
        _ delivery: WorkerAttempt,
        _ lease: Lease,
        _ workerSlot: WorkerSlot,
        at now: Instant
    ) {
        let (attempt, worker) = (delivery.attempt, delivery.worker)
        _ = fleet.removeLease(of: attempt, from: workerSlot)
        finishRace(delivery, at: now)
        let shard = attempt.shard
        if backlog.isComplete(shard.cell), shard.lower >= 0, shard.lower < shard.upper {
            counts.duplicates += 1
            if lease.isStale { counts.stale += 1 }
            deliveries.begin(delivery, parts: 1)
            outbox.append(.compare(attempt, from: worker, positions: shard.positions))
        } else if demand.hasMore {
            claim(HeldAttempt(attempt, isComputed: true), at: workerSlot, now: now)
            // It is asked for when its cell comes; until then the worker alone keeps it.
            outbox.append(.setAside(attempt, from: worker))
        } else {
            outbox.append(.cancel(attempt, at: worker))
        }
        noteDrained(workerSlot)
    }

    mutating func recorded(_ delivery: WorkerAttempt, positions: Range<Int>, at now: Instant) {
        guard let slot = backlog.slot(of: delivery.attempt.shard.cell) else {
            preconditionFailure("rows of \(delivery.attempt) were committed that nobody asked for")
        }
        let range = UInt32(positions.lowerBound)..<UInt32(positions.upperBound)
        backlog.change(slot) { $0.record(range, &$1) }
        recordedImages += positions.count
        rate.add(positions.count, at: now)
        considerAudit(of: range, in: slot, by: delivery.worker)
        closeIfFinished(slot)
        finishPart(of: delivery)
    }

    /// Fails images whose rows the store cannot take, such as those that another run has recorded otherwise meanwhile.
    ///
    /// Nobody is asked to compute them again: the store would say the same.
    mutating func refused(
        _ delivery: WorkerAttempt,
        positions: Range<Int>,
        because reason: String,
        at now: Instant
    ) {
        guard let slot = backlog.slot(of: delivery.attempt.shard.cell) else {
            preconditionFailure("rows of \(delivery.attempt) were refused that nobody asked for")
        }
        let range = UInt32(positions.lowerBound)..<UInt32(positions.upperBound)
        backlog.change(slot) { $0.refuse(range, &$1) }
        counts.failedShards += 1
        let record = AttemptRecord(
            attempt: delivery.attempt,
            worker: delivery.worker,
            host: fleet[delivery.worker]?.facts.host ?? "?",
            dispatched: now,
            ended: now,
            failure: .engineError(reason)
        )
        outbox.append(.shardFailed(FailedShard(shard: backlog[slot].shard(range), attempts: [record])))
        closeIfFinished(slot)
        stopIfTooManyFailed(at: now)
        finishPart(of: delivery)
    }

    mutating func compared(_ delivery: WorkerAttempt, _ comparison: ComparedRows, at now: Instant) {
        if !comparison.areEqual {
            counts.mismatches += 1
            if let slot = fleet.slot(of: delivery.worker) { fleet.change(slot) { $0.record.mismatches += 1 } }
        }
        let check = checks.running(delivery)
        if !comparison.areEqual || check != nil { judge(comparison, of: delivery, check, at: now) }
        finishPart(of: delivery)
    }

    /// Acknowledges a table when all of it is recorded or compared.
    ///
    /// The worker may have gone since; it will offer the table again when it returns, and that one is compared.
    private mutating func finishPart(of delivery: WorkerAttempt) {
        guard deliveries.finishPart(of: delivery) else { return }
        outbox.append(.acknowledge(delivery.attempt, to: delivery.worker))
        if let check = checks.end(delivery) { finish(check) }
    }
}
