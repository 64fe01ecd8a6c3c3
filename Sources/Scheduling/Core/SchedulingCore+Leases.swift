// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

// Leases: they begin with a dispatch or an adoption and end with a table, a failure or the worker.
extension SchedulingCore {
    /// Gives the pending images that the attempt covers to the worker at `workerSlot`.
    mutating func begin(_ lease: Lease, _ workerSlot: Int, _ slot: Int) {
        update(slot, lease.range) { segment in
            guard segment.state == .pending else { return }
            segment.state = .leased
            segment.holder = lease.serial
            // The number of an adopted attempt came from outside and is not counted on from.
            segment.dispatches = lease.isAdopted ? max(segment.dispatches, 1) : lease.attempt.attempt
        }
        append(lease, workerSlot)
    }

    mutating func makeLease(_ attempt: AttemptIdentity, isAdopted: Bool, isComputed: Bool, at now: Instant) -> Lease {
        defer { nextSerial += 1 }
        return Lease(attempt: attempt, serial: nextSerial, since: now, isAdopted: isAdopted, isComputed: isComputed)
    }

    mutating func append(_ lease: Lease, _ workerSlot: Int) {
        workers[workerSlot].leases.append(lease)
        leaseCount += 1
    }

    mutating func removeLease(of attempt: AttemptIdentity, _ workerSlot: Int) -> Lease? {
        guard let lease = workers[workerSlot].removeLease(of: attempt) else { return nil }
        leaseCount -= 1
        dropClaim(of: workerSlot, on: attempt.shard.cell)
        noteCredit(workerSlot)
        return lease
    }

    /// Lets a draining worker go when it holds nothing more.
    mutating func noteDrained(_ workerSlot: Int) {
        guard workers[workerSlot].isDraining, workers[workerSlot].leases.isEmpty else { return }
        outbox.append(.drained(workers[workerSlot].id))
    }

    /// Ends the lease because its table is here, and learns from it how fast the worker is.
    mutating func endLease(of attempt: AttemptIdentity, _ workerSlot: Int, _ slot: Int, at now: Instant) {
        workers[workerSlot].tables += 1
        workers[workerSlot].images += attempt.shard.count
        defer { workers[workerSlot].lastTable = now }
        guard let lease = removeLease(of: attempt, workerSlot) else { return }
        noteDrained(workerSlot)
        if lease.isAdopted { return }
        let begin = workers[workerSlot].lastTable.map { max($0, lease.since) } ?? lease.since
        learn(seconds: now.seconds(since: begin), images: attempt.shard.count, workerSlot, slot)
    }

    private mutating func learn(seconds: Double, images: Int, _ workerSlot: Int, _ slot: Int) {
        let costClass = cells[slot].costClass
        // A nanosecond at least, so that a speed is known and finite even where two instants are equal.
        let measured = max(seconds, 1e-9) / Double(images)
        while workers[workerSlot].secondsPerImage.count <= costClass {
            workers[workerSlot].secondsPerImage.append(0)
        }
        let old = workers[workerSlot].secondsPerImage[costClass]
        let new = old == 0 ? measured : old + configuration.speedSmoothing * (measured - old)
        workers[workerSlot].secondsPerImage[costClass] = new
        workers[workerSlot].latestRate = 1 / new
        classStates[costClass].add(images: images, seconds: seconds, threads: workers[workerSlot].facts.threads)
    }

    mutating func failed(
        _ attempt: AttemptIdentity,
        _ worker: WorkerID,
        _ failure: AttemptFailure,
        at now: Instant
    ) {
        guard let workerSlot = heard(worker, at: now) else { return }
        guard let lease = removeLease(of: attempt, workerSlot) else { return }
        defer { noteDrained(workerSlot) }
        if case .engineError = failure {
            progressBase.counts.engineErrors += 1
            workers[workerSlot].engineErrors += 1
            workers[workerSlot].lastTable = now
        }
        giveBack(lease, workerSlot, failure, at: now)
    }

    /// Returns the images that the lease still covers to the queue, or fails those that used up a budget.
    mutating func giveBack(_ lease: Lease, _ workerSlot: Int, _ failure: AttemptFailure, at now: Instant) {
        guard let slot = cells.slot(of: lease.attempt.shard.cell), isInside(lease.attempt.shard, slot) else { return }
        if failure != .handedBack { note(failure, of: lease, workerSlot, slot, at: now) }
        let (worker, host) = (workers[workerSlot].id, workers[workerSlot].host)
        let configuration = configuration
        var requeued: [UInt32] = []
        var spent: [Range<UInt32>] = []
        update(slot, lease.range) { segment in
            guard segment.state == .leased, segment.holder == lease.serial else { return }
            segment.charge(failure)
            if segment.isSpent(configuration) {
                spent.append(segment.range)
                segment.settle(.failed)
            } else {
                requeued.append(segment.lower)
                segment.requeue(after: worker, on: host)
            }
        }
        for lower in requeued { queue.requeued.append(.init(cell: slot, lower: lower)) }
        progressBase.counts.requeues += requeued.count
        for range in spent { fail(range, slot) }
        if !spent.isEmpty { closeIfFinished(slot) }
    }

    /// Keeps the failed attempt with its cell.
    private mutating func note(
        _ failure: AttemptFailure,
        of lease: Lease,
        _ workerSlot: Int,
        _ slot: Int,
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

    private mutating func fail(_ range: Range<UInt32>, _ slot: Int) {
        let shard = Shard(cell: cells[slot].id, lower: Int(range.lowerBound), upper: Int(range.upperBound))
        let attempts = cells[slot].history.filter { $0.attempt.shard.positions.overlaps(shard.positions) }
        progressBase.counts.failedShards += 1
        outbox.append(.shardFailed(FailedShard(shard: shard, attempts: attempts)))
    }
}
