// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

// The coordinator's side of the world: the shell around the core.
extension World {
    mutating func tell(_ event: SchedulingCore.Event) throws {
        guard isUp, outcome == nil else { return }
        events += 1
        var followUps: [SchedulingCore.Event] = []
        for action in core.handle(event, at: now) {
            if isTraced { note(action) }
            if let followUp = try perform(action) { followUps.append(followUp) }
        }
        // The full count is O(state): after every event in a small world, now and then in a large one.
        let size = workers.count + Int(Double(climate.cells * climate.mostImages) / climate.imagesPerShard) / 4
        let rarity = max(1, size / 50)
        try core.checkInvariants(isFull: events.isMultiple(of: rarity * rarity))
        for followUp in followUps { try tell(followUp) }
    }

    /// Does what the core asks for; cells come at once.
    private mutating func perform(_ action: SchedulingCore.Action) throws -> SchedulingCore.Event? {
        switch action {
        case .wantsCells(let count): return try nextCells(count)
        case .dispatch(let attempt, let worker):
            try check(attempt, dispatchedTo: worker)
            send(.assign(attempt), to: worker)
        case .record(let attempt, let worker, let positions):
            request(StoreRequest(attempt: attempt, worker: worker, positions: positions, isNew: true))
        case .compare(let attempt, let worker, let positions):
            request(StoreRequest(attempt: attempt, worker: worker, positions: positions, isNew: false))
        case .acknowledge(let attempt, let worker): settle(attempt, of: worker, .acknowledge(attempt))
        case .setAside(let attempt, let worker): life.tables[.init(attempt: attempt, worker: worker)] = nil
        case .requestTable(let attempt, let worker): send(.sendAgain(attempt), to: worker)
        case .cancel(let attempt, let worker): settle(attempt, of: worker, .cancel(attempt))
        case .retract(let attempts, let worker): send(.retract(attempts), to: worker)
        case .askToJoin(let worker): send(.sayHello, to: worker)
        case .drained(let worker): send(.youMayGo, to: worker)
        case .quarantined(let worker, let reason):
            try check(worker, quarantinedFor: reason)
            send(.goAway, to: worker)
        case .disputed(let shard, let worker, let recorder): try check(shard, disputedBy: worker, recorder)
        case .shardFailed(let failed): try check(failed)
        case .cellReleased(let cell): life.released.insert(cell)
        case .train(let attempt, let worker):
            try check(attempt, sentTo: worker)
            let steps = trainings.first { $0.id == attempt.training }?.savedSteps ?? 0
            send(.train(attempt, from: steps), to: worker)
        case .recallTraining(let attempt, let worker): send(.recall(attempt), to: worker)
        case .cancelTraining(let attempt, let worker): send(.dropTraining(attempt), to: worker)
        case .trainingFinished(let training): try finishTraining(training)
        case .trainingFailed(let failed): try failTraining(failed)
        case .workerFails(let worker, _): try check(sick: worker)
        case .workerLost, .cellFinished, .workerRecovers, .workerStalls, .workerGoesOn: break
        case .givenUp: try checkGivenUp()
        case .finished(let progress): (outcome, finalProgress) = (.finished, progress)
        case .stopped(let reason, let progress): (outcome, finalProgress) = (.stopped(reason), progress)
        case .cancelled(let progress): (outcome, finalProgress) = (.cancelled, progress)
        }
        return nil
    }

    /// The worker's table is not needed any more, neither here nor there.
    private mutating func settle(_ attempt: AttemptIdentity, of worker: WorkerID, _ message: CoordinatorMessage) {
        life.tables[.init(attempt: attempt, worker: worker)] = nil
        send(message, to: worker)
    }

    /// The next cells, those that wait for a training after the others.
    private mutating func nextCells(_ count: Int) throws -> SchedulingCore.Event {
        // Fewer than asked for now and then: the core must ask again.
        let most = random.chance(0.2) ? min(1, count) : count
        while life.given.remove(life.firstLeft) != nil { life.firstLeft += 1 }
        var found: [Int] = []
        var cell = life.firstLeft
        while cell < cellIDs.count, found.count <= most {
            let isReady = training(of: cell).map { !life.blocked.contains($0.id) } ?? true
            if isReady, !life.given.contains(cell) { found.append(cell) }
            cell += 1
        }
        let given = found.prefix(most)
        life.given.formUnion(given)
        let more = life.firstLeft + life.given.count < cellIDs.count
        var cells: [CellWork] = []
        for cell in given { cells.append(try work(cell)) }
        return .cells(cells, more: more, awaitingTraining: found.count <= most)
    }

    private mutating func work(_ cell: Int) throws -> CellWork {
        let recorded = store.recorded(cell)
        let isHopeless = training(of: cell).map { life.hopeless.contains($0.id) } ?? false
        if isHopeless {
            for position in store.rows[cell].indices where store.rows[cell][position] == nil {
                try store.fail(cell, position..<position + 1)
            }
        }
        return CellWork(
            id: cellIDs[cell],
            images: store.rows[cell].count,
            costClass: CostClass(model: "model\(cell % climate.models)", transform: "translate"),
            recorded: recorded,
            priority: cell % climate.priorities,
            isHopeless: isHopeless
        )
    }

    private mutating func request(_ request: StoreRequest) {
        life.requests.append(request)
        if life.requests.count == 1 { after(random.chance(0.1) ? 2 : 0.05, .commit(epoch: core.epoch)) }
    }

    /// Commits what waits, unless the disk is full.
    mutating func commit() throws {
        if life.pauses.contains(.disk), outcome == nil { return after(0.5, .commit(epoch: core.epoch)) }
        let requests = life.requests
        life.requests = []
        for request in requests {
            let (attempt, worker, positions) = (request.attempt, request.worker, request.positions)
            let cell = ordinals[attempt.shard.cell] ?? -1
            guard let table = life.tables[.init(attempt: attempt, worker: worker)] else {
                throw Fault(description: "\(attempt) is to be committed and its table is not here")
            }
            if request.isNew {
                try store.write(cell, positions, table.lie, by: worker)
                life.parts += 1
                try tell(.recorded(attempt, from: worker, positions: positions))
            } else {
                let (areEqual, recorder) = try store.compare(cell, positions, table.lie)
                try tell(
                    .compared(attempt, from: worker, positions: positions, areEqual: areEqual, recordedBy: recorder)
                )
            }
        }
    }

    mutating func coordinatorDies() {
        guard isUp else { return }
        isUp = false
        after(.random(in: 0.5...15, using: &random), .coordinatorStarts)
    }

    mutating func coordinatorStarts() throws {
        isUp = true
        life = CoordinatorLife()
        store.forgetFailures()
        core = SchedulingCore(configuration: climate.configuration, epoch: core.epoch + 1)
        try askForTrainings()
        try happen(.tick(epoch: core.epoch))
    }

    private mutating func note(_ action: SchedulingCore.Action) {
        for byte in "\(action)".utf8 { trace = (trace ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
}
