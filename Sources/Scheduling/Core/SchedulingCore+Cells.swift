// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Cells: they come in order, wait, and leave when their last image is recorded.
extension SchedulingCore {
    /// Asks for more cells when half of the window is under way.
    mutating func requestCells() {
        guard run.isRunning else { return }
        if let wanted = demand.request(waiting: waitingCells, window: configuration.cellWindow) {
            outbox.append(.wantsCells(wanted))
        }
    }

    /// Cells that wait to be dispatched; of some that not every worker can compute, those for whoever has the fewest.
    ///
    /// So cells that nobody here can compute are no reason to ask for no others.
    private var waitingCells: Int {
        guard costTable.hasExternals, !fleet.offers.isEmpty else { return backlog.freshCells }
        let waiting = fleet.offers.keys.map { scorers in
            backlog.freshCells { model in
                costTable.external(ofModel: model).map { external in scorers.contains { $0.serves(external) } } ?? true
            }
        }
        return waiting.min() ?? 0
    }

    mutating func add(_ cells: [CellWork], more: Bool, awaitingTraining: Bool, at now: Instant) {
        // What they waited for may have ended while they were looked for; then they are asked for again.
        demand.noteAnswer(hasMore: more, isAwaitingTraining: awaitingTraining && trainings.openCount > 0)
        for work in cells where backlog.slot(of: work.id) == nil && !backlog.isComplete(work.id) {
            add(work, at: now)
        }
        if !more { cancelClaims() }
    }

    private mutating func add(_ work: CellWork, at now: Instant) {
        let costClass = costTable.index(of: work.costClass)
        guard let slot = backlog.add(work, costClass: costClass, model: costTable.model(of: costClass)) else {
            settleClaims(on: work.id)
            outbox.append(.cellReleased(work.id))
            return
        }
        if !work.recorded.isEmpty { noteSuccess(of: slot) }
        if work.isHopeless { abandon(slot, at: now) } else { abandonIfHopeless(slot, at: now) }
        adoptClaims(on: work.id, at: now)
    }

    /// Notes that images of the cell's class can be computed.
    mutating func noteSuccess(of slot: CellSlot) {
        let costClass = backlog[slot].costClass
        commonFailures.noteSuccess(ofClass: costClass, model: costTable.model(of: costClass))
    }

    /// Fails what is not recorded of a cell that nobody can compute.
    private mutating func abandon(_ slot: CellSlot, at now: Instant) {
        _ = backlog.change(slot) { $0.abandon(&$1) }
        counts.failedShards += 1
        closeIfFinished(slot)
        stopIfTooManyFailed(at: now)
    }

    /// Reports the cell when its last image reached its end.
    mutating func closeIfFinished(_ slot: CellSlot) {
        guard backlog[slot].unfinished == 0 else { return }
        outbox.append(.cellFinished(backlog[slot].id, failed: backlog[slot].failed))
        releaseIfDone(slot)
    }

    /// Forgets the cell when every image of it is recorded and no check needs it.
    mutating func releaseIfDone(_ slot: CellSlot) {
        let cell = backlog[slot].id
        if backlog.releaseIfDone(slot) { outbox.append(.cellReleased(cell)) }
    }

    // Claims: attempts that workers came with before their cells were known

    /// Turns the claims on a cell that became known into leases.
    private mutating func adoptClaims(on cell: CellID, at now: Instant) {
        for (workerSlot, lease) in fleet.removeClaims(on: cell) {
            guard let slot = backlog.slot(of: cell) else { return }
            let held = HeldAttempt(lease.attempt, isComputed: lease.isComputed)
            place(held, in: slot, at: workerSlot, now: now)
            if lease.isComputed, backlog[slot].contains(lease.attempt.shard) {
                outbox.append(.requestTable(lease.attempt, from: fleet[workerSlot].id))
            }
        }
    }

    /// Ends the claims on a cell that turned out to be recorded: tables are compared, the rest is cancelled.
    private mutating func settleClaims(on cell: CellID) {
        for (workerSlot, lease) in fleet.removeClaims(on: cell) {
            let worker = fleet[workerSlot].id
            if lease.isComputed {
                fleet.append(lease, to: workerSlot)
                outbox.append(.requestTable(lease.attempt, from: worker))
            } else {
                outbox.append(.cancel(lease.attempt, at: worker))
                noteDrained(workerSlot)
            }
        }
    }

    /// Cancels the claims on cells that did not come.
    private mutating func cancelClaims() {
        for cell in fleet.claims.cells {
            for (workerSlot, lease) in fleet.removeClaims(on: cell) {
                outbox.append(.cancel(lease.attempt, at: fleet[workerSlot].id))
                noteDrained(workerSlot)
            }
        }
    }
}
