// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan

// The coordinator's side of the world: the shell around the core.
extension World {
    mutating func tell(_ event: SchedulingCore.Event) throws {
        guard isUp, outcome == nil else { return }
        events += 1
        var followUps: [SchedulingCore.Event] = []
        for action in core.handle(event, at: now) {
            if let followUp = try perform(action) { followUps.append(followUp) }
        }
        try core.checkInvariants()
        for followUp in followUps { try tell(followUp) }
    }

    /// Does what the core asks for; cells come at once.
    private mutating func perform(_ action: SchedulingCore.Action) throws -> SchedulingCore.Event? {
        note(action)
        switch action {
        case .wantsCells(let count): return nextCells(count)
        case .dispatch(let attempt, let worker): send(.assign(attempt), to: worker)
        case .record(let attempt, let worker, let positions):
            storeRequests.append(.record(attempt, worker, positions))
            scheduleCommit()
        case .compare(let attempt, let worker, let positions):
            storeRequests.append(.compare(attempt, worker, positions))
            scheduleCommit()
        case .acknowledge(let attempt, let worker): send(.acknowledge(attempt), to: worker)
        case .requestTable(let attempt, let worker): send(.sendAgain(attempt), to: worker)
        case .cancel(let attempt, let worker): send(.cancel(attempt), to: worker)
        case .askToJoin(let worker): send(.sayHello, to: worker)
        case .drained(let worker): send(.youMayGo, to: worker)
        case .shardFailed(let failed): try check(failed)
        case .workerLost, .cellFinished: break
        case .finished(let progress): outcome = progress
        case .stopped: throw SimulatedStore.Fault(description: "stopped, though nobody asked for it")
        }
        return nil
    }

    private mutating func nextCells(_ count: Int) -> SchedulingCore.Event {
        // Fewer than asked for now and then: the core must ask again.
        let given = random.chance(0.2) ? min(1, count) : count
        let range = nextCell..<min(nextCell + given, cellIDs.count)
        nextCell = range.upperBound
        let work = range.map { cell in
            CellWork(
                id: cellIDs[cell],
                images: store.rows[cell].count,
                costClass: CostClass(model: "model\(cell % climate.models)", transform: "translate"),
                recorded: store.recorded(cell)
            )
        }
        return .cells(work, more: nextCell < cellIDs.count)
    }

    private mutating func scheduleCommit() {
        if storeRequests.count == 1 { after(random.chance(0.1) ? 2 : 0.05, .commit(epoch: core.epoch)) }
    }

    mutating func commit() throws {
        let requests = storeRequests
        storeRequests = []
        for request in requests {
            switch request {
            case .record(let attempt, let worker, let positions):
                try store.write(ordinals[attempt.shard.cell] ?? -1, positions)
                try tell(.recorded(attempt, from: worker, positions: positions))
            case .compare(let attempt, let worker, let positions):
                let areEqual = try store.compare(ordinals[attempt.shard.cell] ?? -1, positions)
                try tell(.compared(attempt, from: worker, positions: positions, areEqual: areEqual))
            }
        }
    }

    private mutating func check(_ failed: FailedShard) throws {
        try store.fail(ordinals[failed.shard.cell] ?? -1, failed.shard.positions)
        let errors = failed.attempts.count { if case .engineError = $0.failure { true } else { false } }
        let losses = failed.attempts.count { if case .workerLost = $0.failure { true } else { false } }
        let configuration = climate.configuration
        guard errors >= configuration.engineErrorBudget || losses >= configuration.workerLossBudget else {
            throw SimulatedStore.Fault(description: "\(failed.shard) failed after \(errors) errors, \(losses) losses")
        }
    }

    mutating func coordinatorDies() {
        guard isUp else { return }
        isUp = false
        storeRequests = []
        after(.random(in: 0.5...15, using: &random), .coordinatorStarts)
    }

    mutating func coordinatorStarts() throws {
        isUp = true
        nextCell = 0
        store.forgetFailures()
        core = SchedulingCore(configuration: climate.configuration, epoch: core.epoch + 1)
        try happen(.tick(epoch: core.epoch))
    }

    private mutating func note(_ action: SchedulingCore.Action) {
        for byte in "\(action)".utf8 { trace = (trace ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
}
