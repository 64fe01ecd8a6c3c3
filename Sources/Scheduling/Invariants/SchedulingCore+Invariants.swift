// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

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
    /// - Parameter isFull: whether everything is counted anew, rather than the counts compared with each other.
    /// - Throws: ``InvariantViolation`` for the first statement that does not hold.
    /// - Complexity: O(cells held + workers), or O(1) when it is not full; for tests.
    public func checkInvariants(isFull: Bool = true) throws(InvariantViolation) {
        try checkCounts()
        guard isFull else { return }
        let surroundings = try surroundings()
        var census = CellCensus(costClasses: classStates.count)
        for slot in cells.slots {
            try census.take(cells[slot], slot, surroundings)
        }
        try census.compare(with: self)
        try checkWorkers(isWorkLeft: census.freshSegments > 0)
        try checkWaitingChecks()
        try checkTrainings()
    }

    /// A check that some worker could do is one that some worker may be given, and none is idle beside it.
    private func checkWaitingChecks() throws(InvariantViolation) {
        guard isDispatching else { return }
        let active = workers.slots.filter { workers[$0].isActive }
        for queue in [arbitrations, audits] {
            for check in queue where hasCandidates(check) {
                let isHopeless = !active.contains { suits(check, $0) }
                try expect(!isHopeless, "a check of \(cells[check.cell].id) \(check.range) suits nobody")
            }
            // Of a longer queue not all are in view at once, and what moves into view waits for the next event.
            if queue.count <= 16, let check = queue.first {
                let idler = active.first { workers[$0].leases.isEmpty && hasCredit($0) && suits(check, $0) }
                try expect(
                    idler == nil,
                    "a check of \(cells[check.cell].id) \(check.range) waits beside an idle worker"
                )
            }
        }
    }

    /// Each training that is open is at one worker or waits, and none waits beside a worker that could have it.
    private func checkTrainings() throws(InvariantViolation) {
        for (index, training) in trainings.enumerated() {
            guard let lease = training.lease else { continue }
            try expect(training.fate == .open, "\(lease.attempt) goes on after its end")
            let slot = workers.slot(of: lease.worker)
            let isHeld = slot.map { workers[$0].training == index && !workers[$0].isQuarantined } ?? false
            try expect(isHeld, "\(lease.attempt) is leased to nobody")
        }
        for slot in workers.slots {
            guard let index = workers[slot].training else { continue }
            let isLeased = trainings[index].lease?.worker == workers[slot].id
            try expect(isLeased, "worker \(workers[slot].id) trains what is not leased to it")
        }
        try expect(!areCellsAwaited || openTrainings > 0, "cells wait for a training and none is open")
        guard isDispatching, !areTrainingsDue, trainings.contains(where: \.isWaiting) else { return }
        let idler = workers.slots.first { workers[$0].isActive && workers[$0].facts.canTrain }
        try expect(idler == nil, "a training waits beside a worker that could have it")
    }

    /// The counts among themselves.
    private func checkCounts() throws(InvariantViolation) {
        let isPositive = ImageState.allCases.allSatisfy { tally[$0] >= 0 } && leaseCount >= 0 && unfinishedCells >= 0
        try expect(isPositive, "a count is negative")
        let recorded = progressBase.images.recorded + progressBase.images.cached
        try expect(tally[.recorded] == recorded, "recorded images do not add up")
        try expect(unfinishedCells + checkedCells <= cells.count, "more cells are unfinished or checked than held")
        try expect(completed.count + cells.count == progressBase.cells.total, "cells do not add up")
        try expect(activeWorkers >= activeHosts && activeWorkers <= workers.count, "active workers are miscounted")
        try expect(checks.count <= leaseCount + deliveries.count, "checks run nowhere")
        try expect(tally[.recording] == 0 || !deliveries.isEmpty, "images are being recorded for nobody")
        try expect(tally[.leased] == 0 || leaseCount > 0, "images are leased to nobody")
        try expect(2 * races.count <= leaseCount, "races without runners")
    }

    /// What the segments of cells refer to, under their names; checks the leases on the way.
    private func surroundings() throws(InvariantViolation) -> CellSurroundings {
        var surroundings = CellSurroundings(
            requeued: Set(queue.levels.flatMap { Array($0.requeued) }),
            fresh: Set(queue.levels.flatMap(\.fresh))
        )
        try expect(surroundings.fresh.count == queue.freshCells, "fresh cells miscounted")
        for slot in workers.slots {
            for lease in workers[slot].leases {
                let isNew = surroundings.leases.updateValue(lease, forKey: lease.serial) == nil
                try expect(isNew, "two leases \(lease.serial)")
                try check(lease, slot)
            }
        }
        try expect(surroundings.leases.count == leaseCount, "leases miscounted: \(leaseCount)")
        try checkClaims()
        for (delivery, parts) in deliveries {
            try expect(parts > 0, "\(delivery.attempt) waits for nothing")
            surroundings.awaited[delivery.attempt.shard.cell, default: []].append(delivery.attempt.shard)
        }
        surroundings.checks = try checkedCellSlots()
        return surroundings
    }

    private func checkClaims() throws(InvariantViolation) {
        for (cell, claimants) in claims {
            for worker in claimants {
                let isHeld = workers.slot(of: worker).map { slot in
                    workers[slot].leases.contains { $0.attempt.shard.cell == cell }
                }
                try expect(isHeld == true, "worker \(worker) claims \(cell) and holds nothing of it")
            }
        }
    }

    private func check(_ lease: Lease, _ slot: WorkerSlot) throws(InvariantViolation) {
        let cell = lease.attempt.shard.cell
        let isPlaced = cells.slot(of: cell) != nil || completed.contains(cell)
        let isClaim = !claims.isEmpty && claims[cell]?.contains(workers[slot].id) == true
        try expect(isPlaced != isClaim, "\(lease.attempt) is \(isPlaced ? "" : "not ")placed and claimed")
        let isCheck = lease.purpose == .check
        let delivery = Delivery(attempt: lease.attempt, worker: workers[slot].id)
        try expect(isCheck == (checks[delivery] != nil), "\(lease.attempt) and its check have parted")
        try expect(!workers[slot].isQuarantined, "quarantined worker \(workers[slot].id) holds \(lease.attempt)")
    }

    /// How many checks each held cell has; every running one is at a worker or being compared.
    private func checkedCellSlots() throws(InvariantViolation) -> [CellSlot: Int] {
        var counts: [CellSlot: Int] = [:]
        for check in Array(arbitrations) + Array(audits) + Array(checks.values) { counts[check.cell, default: 0] += 1 }
        for delivery in checks.keys where deliveries[delivery] == nil {
            let isHeld = workers.slot(of: delivery.worker).map { workers[$0].offset(of: delivery.attempt) != nil }
            try expect(isHeld == true, "\(delivery.attempt) is a check that nobody makes")
        }
        for (shard, race) in races {
            for runner in [race.original, race.copy] {
                let slot = workers.slot(of: runner.worker)
                let isRunning = slot.flatMap { workers[$0].offset(of: runner.attempt) } != nil
                try expect(isRunning && runner.attempt.shard == shard, "\(runner.attempt) does not run its race")
            }
        }
        return counts
    }

    /// While the run goes on, no worker with free credit waits beside work that it may have.
    private func checkWorkers(isWorkLeft: Bool) throws(InvariantViolation) {
        let (waiting, idlers) = (Set(hungry), Set(idle))
        let requeued = queue.levels.flatMap { $0.requeued.prefix(8).compactMap { requeuedSegment($0) } }
        var active = (workers: 0, threads: 0, hosts: Set<UInt32>())
        for slot in workers.slots {
            let worker = workers[slot]
            let own = worker.leases.count { !$0.isAdopted }
            let most = max(configuration.minimumCredit, configuration.maximumCredit)
            try expect(own <= most, "worker \(worker.id) was given \(own) shards")
            guard worker.isActive else { continue }
            active.workers += 1
            active.threads += worker.facts.threads
            active.hosts.insert(worker.host)
            guard hasCredit(slot), phase == .running else { continue }
            let isKnown = worker.isHungry && waiting.contains(slot)
            try expect(
                isKnown || worker.leases.count >= configuration.minimumCredit,
                "worker \(worker.id) is forgotten"
            )
            let isListed = worker.isIdleListed && idlers.contains(slot)
            try expect(isListed || !worker.leases.isEmpty, "idle worker \(worker.id) is forgotten")
            let isFed = !isWorkLeft && !requeued.contains { suits($0, slot, sameHost: true) }
            try expect(isFed || !isDispatching || !isKnown, "worker \(worker.id) starves beside work")
        }
        let isCounted = active.workers == activeWorkers && active.threads == activeThreads
        try expect(isCounted && active.hosts.count == activeHosts, "active workers, threads or hosts miscounted")
    }
}

/// Throws the statement when it does not hold.
func expect(_ condition: Bool, _ statement: @autoclosure () -> String) throws(InvariantViolation) {
    if !condition { throw InvariantViolation(description: statement()) }
}
