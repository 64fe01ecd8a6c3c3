// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Tables: the first one that brings an image is recorded, later ones are compared with it.
extension SchedulingCore {
    mutating func tableArrived(
        _ attempt: AttemptIdentity,
        from worker: WorkerID,
        _ computeSeconds: Double?,
        at now: Instant
    ) {
        let workerSlot = heard(worker, at: now)
        progressBase.counts.tables += 1
        // A table that is being looked at already is one that the worker sent twice: its acknowledgement will come.
        guard deliveries[Delivery(attempt: attempt, worker: worker)] == nil else { return }
        if isCancelled || (!quarantined.isEmpty && quarantined[worker] != nil) {
            outbox.append(.cancel(attempt, at: worker))
            return
        }
        let shard = attempt.shard
        guard let slot = cells.slot(of: shard.cell) else {
            return tableOfAbsentCell(attempt, from: worker, workerSlot, at: now)
        }
        guard isInside(shard, slot) else {
            outbox.append(.cancel(attempt, at: worker))
            return
        }
        if let workerSlot {
            endLease(of: attempt, computeSeconds, workerSlot, at: now)
        } else {
            progressBase.counts.stale += 1
        }
        take(attempt, from: worker, slot)
        finishRace(attempt, worker, at: now)
        refuteFailures(shard, by: worker, slot, at: now)
    }

    /// Whether the shard's bounds are a range of the cell; they came from outside.
    func isInside(_ shard: Shard, _ slot: CellSlot) -> Bool {
        shard.lower >= 0 && shard.lower < shard.upper && shard.upper <= Int(cells[slot].images)
    }

    /// Asks for the rows that are new to be recorded and for the others to be compared.
    private mutating func take(_ attempt: AttemptIdentity, from worker: WorkerID, _ slot: CellSlot) {
        var parts: [(positions: Range<Int>, isNew: Bool)] = []
        update(slot, UInt32(attempt.shard.lower)..<UInt32(attempt.shard.upper)) { segment in
            let isNew = segment.state != .recorded && segment.state != .recording
            if isNew { segment.settle(.recording) }
            if let last = parts.last, last.isNew == isNew {
                parts[parts.count - 1].positions = last.positions.lowerBound..<Int(segment.upper)
            } else {
                parts.append((Int(segment.lower)..<Int(segment.upper), isNew))
            }
        }
        let delivery = Delivery(attempt: attempt, worker: worker)
        deliveries[delivery] = parts.count
        for part in parts where part.isNew {
            outbox.append(.record(attempt, from: worker, positions: part.positions))
        }
        for part in parts where !part.isNew {
            outbox.append(.compare(attempt, from: worker, positions: part.positions))
        }
        if checks[delivery] == nil, parts.contains(where: { !$0.isNew }) { progressBase.counts.duplicates += 1 }
    }

    /// A table of a cell that is complete is compared; one of a cell that is still to come must wait for it.
    private mutating func tableOfAbsentCell(
        _ attempt: AttemptIdentity,
        from worker: WorkerID,
        _ workerSlot: WorkerSlot?,
        at now: Instant
    ) {
        let lease = workerSlot.flatMap { removeLease(of: attempt, $0) }
        finishRace(attempt, worker, at: now)
        let shard = attempt.shard
        if completed.contains(shard.cell), shard.lower >= 0, shard.lower < shard.upper {
            progressBase.counts.duplicates += 1
            if lease?.isStale ?? true { progressBase.counts.stale += 1 }
            deliveries[Delivery(attempt: attempt, worker: worker)] = 1
            outbox.append(.compare(attempt, from: worker, positions: shard.positions))
        } else if moreCells {
            if let workerSlot { claim(HeldAttempt(attempt, isComputed: true), workerSlot, at: now) }
        } else {
            outbox.append(.cancel(attempt, at: worker))
        }
        if lease != nil, let workerSlot { noteDrained(workerSlot) }
    }

    mutating func recorded(
        _ attempt: AttemptIdentity,
        _ worker: WorkerID,
        _ positions: Range<Int>,
        at now: Instant
    ) {
        guard let slot = cells.slot(of: attempt.shard.cell) else {
            preconditionFailure("rows of \(attempt) were committed that nobody asked for")
        }
        var images = 0
        update(slot, UInt32(positions.lowerBound)..<UInt32(positions.upperBound)) { segment in
            precondition(segment.state == .recording, "\(attempt) was committed where nothing is being recorded")
            images += segment.count
            segment.settle(.recorded)
        }
        progressBase.images.recorded += images
        rate.add(images, at: now)
        considerAudit(UInt32(positions.lowerBound)..<UInt32(positions.upperBound), of: slot, by: worker)
        closeIfFinished(slot)
        finishPart(of: attempt, worker)
    }

    mutating func compared(
        _ attempt: AttemptIdentity,
        _ worker: WorkerID,
        _ positions: Range<Int>,
        areEqual: Bool,
        recordedBy recorder: WorkerID?,
        at now: Instant
    ) {
        if !areEqual {
            progressBase.counts.mismatches += 1
            if let slot = workers.slot(of: worker) { workers[slot].record.mismatches += 1 }
        }
        let check = checks[Delivery(attempt: attempt, worker: worker)]
        if !areEqual || check != nil {
            let shard = Shard(cell: attempt.shard.cell, lower: positions.lowerBound, upper: positions.upperBound)
            judge(shard, by: worker, check, areEqual: areEqual, recordedBy: recorder, at: now)
        }
        finishPart(of: attempt, worker)
    }

    /// Acknowledges a table when all of it is recorded or compared.
    ///
    /// The worker may have gone since; it will offer the table again when it returns, and that one is compared.
    private mutating func finishPart(of attempt: AttemptIdentity, _ worker: WorkerID) {
        let delivery = Delivery(attempt: attempt, worker: worker)
        guard let parts = deliveries[delivery] else {
            preconditionFailure("\(attempt) of worker \(worker) is neither being recorded nor compared")
        }
        if parts > 1 {
            deliveries[delivery] = parts - 1
            return
        }
        deliveries[delivery] = nil
        outbox.append(.acknowledge(attempt, to: worker))
        if !checks.isEmpty, let check = checks.removeValue(forKey: delivery) { finish(check) }
    }
}
