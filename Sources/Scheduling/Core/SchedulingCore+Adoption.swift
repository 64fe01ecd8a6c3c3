// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Adoption: a worker that joins may hold attempts of an earlier life, its own or the coordinator's.
extension SchedulingCore {
    /// Attempts of cells still to come that one worker may claim; more than any worker holds.
    private static let mostClaims = 64

    /// Leaves an attempt with the worker that came with it, unless nobody needs it.
    mutating func adopt(_ held: HeldAttempt, _ workerSlot: WorkerSlot, at now: Instant) {
        let attempt = held.attempt
        let worker = workers[workerSlot].id
        if deliveries[Delivery(attempt: attempt, worker: worker)] != nil { return }
        if let slot = cells.slot(of: attempt.shard.cell) {
            place(held, workerSlot, slot, at: now)
        } else if moreCells, !completed.contains(attempt.shard.cell) {
            claim(held, workerSlot, at: now)
        } else if !(held.isComputed && completed.contains(attempt.shard.cell)) {
            outbox.append(.cancel(attempt, at: worker))
        }
    }

    /// Gives the worker a lease of what it holds of the cell at `slot`.
    private mutating func place(_ held: HeldAttempt, _ workerSlot: WorkerSlot, _ slot: CellSlot, at now: Instant) {
        let shard = held.attempt.shard
        guard isInside(shard, slot), held.isComputed || isWanted(shard, slot) else {
            outbox.append(.cancel(held.attempt, at: workers[workerSlot].id))
            return
        }
        progressBase.counts.adopted += 1
        var lease = makeLease(held.attempt, .result, isAdopted: true, at: now)
        lease.isComputed = held.isComputed
        // An attempt of this life that others were given since: its worker was stopped or cut off for a while.
        lease.isStale =
            held.attempt.epoch == epoch && cells[slot].segments.contains(in: lease.range) { $0.state != .pending }
        begin(lease, workerSlot, slot)
    }

    /// Whether any image of the shard has no result yet.
    func isWanted(_ shard: Shard, _ slot: CellSlot) -> Bool {
        cells[slot].segments.contains(in: UInt32(shard.lower)..<UInt32(shard.upper)) {
            $0.state != .recorded && $0.state != .recording
        }
    }

    /// Notes that the worker holds an attempt of a cell that is not known yet.
    mutating func claim(_ held: HeldAttempt, _ workerSlot: WorkerSlot, at now: Instant) {
        guard workers[workerSlot].leases.count < SchedulingCore.mostClaims else { return }
        var lease = makeLease(held.attempt, .result, isAdopted: true, at: now)
        lease.isComputed = held.isComputed
        append(lease, workerSlot)
        let worker = workers[workerSlot].id
        if claims[held.attempt.shard.cell]?.contains(worker) != true {
            claims[held.attempt.shard.cell, default: []].append(worker)
        }
    }

    /// Turns the claims on a cell that became known into leases.
    mutating func adoptClaims(on cell: CellID, at now: Instant) {
        for (workerSlot, lease) in removeClaims(on: cell) {
            guard let slot = cells.slot(of: cell) else { return }
            place(HeldAttempt(lease.attempt, isComputed: lease.isComputed), workerSlot, slot, at: now)
            if lease.isComputed, isInside(lease.attempt.shard, slot) {
                outbox.append(.requestTable(lease.attempt, from: workers[workerSlot].id))
            }
        }
    }

    /// Ends the claims on a cell that turned out to be recorded: tables are compared, the rest is cancelled.
    mutating func settleClaims(on cell: CellID) {
        for (workerSlot, lease) in removeClaims(on: cell) {
            let worker = workers[workerSlot].id
            outbox.append(
                lease.isComputed ? .requestTable(lease.attempt, from: worker) : .cancel(lease.attempt, at: worker)
            )
            noteDrained(workerSlot)
        }
    }

    /// Cancels the claims on cells that did not come.
    mutating func cancelClaims() {
        for cell in claims.keys.sorted() {
            for (workerSlot, lease) in removeClaims(on: cell) {
                outbox.append(.cancel(lease.attempt, at: workers[workerSlot].id))
                noteDrained(workerSlot)
            }
        }
    }

    /// Forgets the worker's claim on the cell when it holds nothing of it any more.
    mutating func dropClaim(of workerSlot: WorkerSlot, on cell: CellID) {
        guard !claims.isEmpty, let claimants = claims[cell] else { return }
        if workers[workerSlot].leases.contains(where: { $0.attempt.shard.cell == cell }) { return }
        let others = claimants.filter { $0 != workers[workerSlot].id }
        claims[cell] = others.isEmpty ? nil : others
    }

    private mutating func removeClaims(on cell: CellID) -> [(workerSlot: WorkerSlot, lease: Lease)] {
        guard let claimants = claims.removeValue(forKey: cell) else { return [] }
        var removed: [(WorkerSlot, Lease)] = []
        for worker in claimants {
            guard let slot = workers.slot(of: worker) else { continue }
            for lease in Array(workers[slot].leases) where lease.attempt.shard.cell == cell {
                _ = removeLease(of: lease.attempt, slot)
                removed.append((slot, lease))
            }
        }
        return removed
    }
}
