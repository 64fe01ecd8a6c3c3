// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A statement about the core's state that should always hold and does not: a bug of the scheduler.
public struct InvariantViolation: Error, CustomStringConvertible {
    /// What does not hold.
    public let description: String
}

// The invariants, for tests and simulations: after each event, every one of them holds.
//
// Each part checks what it can see alone; here is what spans several.
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
        try backlog.checkCounts()
        try fleet.checkCounts()
        try checkCounts()
        guard isFull else { return }
        try backlog.checkInvariants()
        try fleet.checkInvariants(isRunning: run.isRunning)
        try deliveries.checkInvariants()
        try checks.checkInvariants()
        try races.checkInvariants()
        try trainings.checkInvariants()
        try checkLeases()
        try checkHolders()
        try checkChecks()
        try checkRaces()
        try checkTrainings()
        try checkNobodyStarves()
        try checkWaitingChecks()
    }

    /// The counts of different parts among themselves.
    private func checkCounts() throws(InvariantViolation) {
        let recorded = recordedImages + backlog.cached.images
        try expect(backlog.tally[.recorded] == recorded, "recorded images do not add up")
        try expect(checks.runningCount <= fleet.leaseCount + deliveries.count, "checks run nowhere")
        try expect(backlog.tally[.recording] == 0 || !deliveries.isEmpty, "images are being recorded for nobody")
        try expect(backlog.tally[.leased] == 0 || fleet.leaseCount > 0, "images are leased to nobody")
        try expect(2 * races.count <= fleet.leaseCount, "races without runners")
    }

    /// Each lease is of a cell that is known, or claims one that is to come; checks have a lease of their own kind.
    private func checkLeases() throws(InvariantViolation) {
        for slot in fleet.slots {
            let worker = fleet[slot]
            for lease in worker.leases {
                let cell = lease.attempt.shard.cell
                let isPlaced = backlog.slot(of: cell) != nil || backlog.isComplete(cell)
                let isClaim = fleet.claims.contains(worker.id, on: cell)
                try expect(isPlaced != isClaim, "\(lease.attempt) is \(isPlaced ? "" : "not ")placed and claimed")
                let isMade = checks.running(WorkerAttempt(lease.attempt, worker.id)) != nil
                try expect((lease.purpose == .check) == isMade, "\(lease.attempt) and its check have parted")
            }
        }
    }

    /// Images that are leased or being recorded are so by somebody.
    private func checkHolders() throws(InvariantViolation) {
        var leases: [UInt64: Lease] = [:]
        for slot in fleet.slots {
            for lease in fleet[slot].leases { leases[lease.serial] = lease }
        }
        let awaited = Dictionary(grouping: deliveries.all, by: \.attempt.shard.cell)
        for slot in backlog.slots {
            let cell = backlog[slot]
            for segment in cell.segments.segments {
                switch segment.state {
                case .leased:
                    let shard = leases[segment.holder]?.attempt.shard
                    let isHeld = shard.map { $0.cell == cell.id && $0.covers(segment) } ?? false
                    try expect(isHeld, "\(cell.id) \(segment.range) is leased to nobody")
                case .recording:
                    let isAwaited = awaited[cell.id]?.contains { $0.attempt.shard.covers(segment) } ?? false
                    try expect(isAwaited, "\(cell.id) \(segment.range) is being recorded by nobody")
                case .pending, .recorded, .failed: break
                }
            }
        }
    }

    /// Cells know how many checks they have; every running one is at a worker or being compared.
    private func checkChecks() throws(InvariantViolation) {
        var counts = checks.countByCell
        for slot in backlog.slots {
            let counted = counts.removeValue(forKey: slot) ?? 0
            try expect(backlog[slot].checks == counted, "\(backlog[slot].id) miscounts its checks")
        }
        try expect(counts.isEmpty, "a check is of a cell that is not held")
        for runner in checks.runners where !deliveries.contains(runner) {
            try expect(isHeld(runner), "\(runner.attempt) is a check that nobody makes")
        }
    }

    private func checkRaces() throws(InvariantViolation) {
        for runner in races.runners { try expect(isHeld(runner), "\(runner.attempt) does not run its race") }
    }

    private func isHeld(_ held: WorkerAttempt) -> Bool { fleet[held.worker]?.leases.lease(of: held.attempt) != nil }

    /// Each training that is open is at one worker or waits, and none waits beside a worker that could have it.
    private func checkTrainings() throws(InvariantViolation) {
        for training in trainings.slots {
            for lease in trainings[training].leases {
                let isHeld = fleet[lease.worker].map { $0.training == training && !$0.isQuarantined } ?? false
                try expect(isHeld, "\(lease.attempt) is leased to nobody")
            }
        }
        let workers = fleet.slots.map { fleet[$0] }
        for worker in workers {
            guard let training = worker.training else { continue }
            let isLeased = trainings[training].lease(of: worker.id) != nil
            try expect(isLeased, "worker \(worker.id) trains what is not leased to it")
        }
        let isAwaited = !demand.isAwaitingTraining || trainings.openCount > 0
        try expect(isAwaited, "cells wait for a training and none is open")
        guard run.isDispatching, !trainings.isDue, !trainings.waiting.isEmpty else { return }
        for training in trainings.waiting {
            let isIdle = fleet.slots.contains { suits($0, trainings[training]) }
            try expect(!isIdle, "a training waits beside a worker that could have it")
        }
    }

    /// While the run goes on, no worker with free credit waits beside work that it may have.
    private func checkNobodyStarves() throws(InvariantViolation) {
        guard run.isDispatching else { return }
        let (freshClasses, requeued) = (backlog.freshClasses, backlog.requeuedInView)
        for slot in fleet.slots where fleet.isHungry(slot) {
            let facts = fleet[slot].facts
            let isFed =
                !freshClasses.contains { facts.canCompute(costTable.external(of: $0)) }
                && !requeued.contains { segment, cell in
                    let external = external(of: cell)
                    return facts.canCompute(external)
                        && fleet.suits(slot, segment, of: backlog[cell], external, configuration)
                }
            try expect(isFed, "worker \(fleet[slot].id) starves beside work")
        }
    }

    /// A check that some worker could do is one that some worker may be given, and none is idle beside it.
    private func checkWaitingChecks() throws(InvariantViolation) {
        guard run.isDispatching else { return }
        let active = fleet.slots.filter { fleet[$0].isActive }
        let suits = { (check: Check, slot: WorkerSlot) in check.suits(fleet[slot]) }
        for line in [checks.arbitrations, checks.audits] {
            for check in line where fleet.hasActiveVoice(besides: check.voices, for: check.external) {
                try expect(active.contains { suits(check, $0) }, "a check of \(check.shard) suits nobody")
            }
            // Of a longer line not all are in view at once, and what moves into view waits for the next event.
            if line.count <= Checks.inView, let check = line.first {
                let idler = active.first { fleet[$0].leases.isEmpty && fleet.hasCredit($0) && suits(check, $0) }
                try expect(idler == nil, "a check of \(check.shard) waits beside an idle worker")
            }
        }
    }
}

/// Throws the statement when it does not hold.
func expect(_ condition: Bool, _ statement: @autoclosure () -> String) throws(InvariantViolation) {
    if !condition { throw InvariantViolation(description: statement()) }
}
