// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

/// A statement about the core's state that should always hold and does not: a bug of the scheduler.
public struct InvariantViolation: Error, CustomStringConvertible {
    /// What does not hold.
    public let description: String
}

// The invariants, for tests and simulations: after each event, every one of them holds.
extension SchedulingCore {
    /// Checks the whole state against what it should always be.
    ///
    /// Each image is pending, leased, being recorded, recorded or failed, and nothing else; pending images will be
    /// found, leases belong to workers that are joined, tables are waited for, counts add up, and nobody starves.
    ///
    /// - Throws: ``InvariantViolation`` for the first statement that does not hold.
    /// - Complexity: O(cells held + workers); for tests.
    public func checkInvariants() throws(InvariantViolation) {
        let surroundings = try surroundings()
        var census = CellCensus(costClasses: classStates.count)
        for slot in cells.slots {
            try census.take(cells[slot], slot, surroundings)
        }
        try census.compare(with: self)
        try checkWorkers(isWorkLeft: census.freshSegments > 0)
    }

    /// What the segments of cells refer to, under their names; checks the leases on the way.
    private func surroundings() throws(InvariantViolation) -> CellSurroundings {
        var surroundings = CellSurroundings(requeued: Set(queue.requeued), fresh: Set(queue.fresh))
        try expect(surroundings.fresh.count == queue.freshCells, "fresh cells miscounted")
        for slot in workers.slots {
            for lease in workers[slot].leases {
                let isNew = surroundings.leases.updateValue(lease, forKey: lease.serial) == nil
                try expect(isNew, "two leases \(lease.serial)")
                let cell = lease.attempt.shard.cell
                let isPlaced = cells.slot(of: cell) != nil || completed.contains(cell)
                let isClaim = !claims.isEmpty && claims[cell]?.contains(workers[slot].id) == true
                try expect(isPlaced != isClaim, "\(lease.attempt) is \(isPlaced ? "" : "not ")placed and claimed")
            }
        }
        try expect(surroundings.leases.count == leaseCount, "leases miscounted: \(leaseCount)")
        for (cell, claimants) in claims {
            for worker in claimants {
                let leases = workers.slot(of: worker).map { workers[$0].leases } ?? []
                let isHeld = leases.contains { $0.attempt.shard.cell == cell }
                try expect(isHeld, "worker \(worker) claims \(cell) and holds nothing of it")
            }
        }
        for (delivery, parts) in deliveries {
            try expect(parts > 0, "\(delivery.attempt) waits for nothing")
            surroundings.awaited[delivery.attempt.shard.cell, default: []].append(delivery.attempt.shard)
        }
        return surroundings
    }

    /// While the run goes on, no worker with free credit waits beside work that it may have.
    private func checkWorkers(isWorkLeft: Bool) throws(InvariantViolation) {
        let waiting = Set(hungry)
        let requeued = queue.requeued.prefix(8).compactMap { requeuedSegment($0) }
        var active = (workers: 0, threads: 0)
        for slot in workers.slots {
            let worker = workers[slot]
            let own = worker.leases.count { !$0.isAdopted }
            try expect(own <= configuration.creditWindow, "worker \(worker.id) was given \(own) shards")
            if !worker.isDraining { active = (active.workers + 1, active.threads + worker.facts.threads) }
            guard hasCredit(slot), phase == .running else { continue }
            try expect(worker.isHungry && waiting.contains(slot), "worker \(worker.id) is forgotten")
            let isFed = !isWorkLeft && !requeued.contains { suits($0, slot, sameHost: true) }
            try expect(isFed, "worker \(worker.id) starves beside work")
        }
        try expect(active == (activeWorkers, activeThreads), "active workers or their threads miscounted")
    }
}

/// Throws the statement when it does not hold.
func expect(_ condition: Bool, _ statement: @autoclosure () -> String) throws(InvariantViolation) {
    if !condition { throw InvariantViolation(description: statement()) }
}
