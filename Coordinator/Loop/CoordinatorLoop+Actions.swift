// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Reporting
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

// Actions: what the scheduler wants done.
extension CoordinatorLoop {
    mutating func perform(_ action: SchedulingCore.Action) throws {
        switch action {
        case .wantsCells(let count): try guardStore { try $0.supplyCells(count) }
        case .dispatch(let attempt, let worker):
            guard connections.peers[worker] != nil else { return }
            connections.outbox.assign(cells.assignment(attempt, trained: { trainings.trained($0) }), to: worker)
        case .record(let attempt, let worker, let positions):
            settle(Settlement(attempt: attempt, worker: worker, positions: positions, isNew: true))
        case .compare(let attempt, let worker, let positions):
            settle(Settlement(attempt: attempt, worker: worker, positions: positions, isNew: false))
        case .acknowledge(let attempt, let worker), .cancel(let attempt, let worker):
            connections.outbox.acknowledge(attempt, to: worker)
        case .retract(let attempts, let worker): connections.outbox.retract(attempts, from: worker)
        case .requestTable(_, let worker), .askToJoin(let worker):
            try connections.send(.refuse(Refusal(.unknownPeer, text: "say hello again")), to: worker)
        case .workerLost(let worker, let departure, let requeued): lose(worker, departure, requeued)
        case .drained(let worker):
            // It leaves by itself once its last tables are acknowledged; a goodbye here could overtake those.
            notices.log.info("drained", metadata: ["worker": "\(connections.peers.name(of: worker))"])
        case .quarantined(let worker, let reason): try quarantine(worker, reason)
        case .workerFails(let worker, let reason): noteFailing(worker, reason)
        case .workerRecovers(let worker):
            if let peer = connections.peers[worker] { notices.note("\(peer.name) computes again") }
        case .workerStalls(let worker, let seconds): noteStalled(worker, seconds)
        case .workerGoesOn(let worker):
            if let peer = connections.peers[worker] { notices.note("\(peer.name) gets on again") }
        case .disputed(let shard, let worker, let recorder): noteDispute(shard, worker, recorder)
        case .shardFailed(let shard): noteFailed(shard)
        case .givenUp(let classes, let example): noteGivenUp(classes, example)
        case .cellReleased(let cell): cells.forget(cell)
        case .cellFinished: break
        // A table is kept no longer than the event of its arrival.
        case .setAside: break
        case .train(let attempt, let worker):
            guard let peer = connections.peers[worker] else { return }
            guard var assignment = trainings.assignment(attempt, to: peer) else { return }
            assignment.mark = connections.handOuts.mark(of: attempt, for: peer)
            try connections.send(.train(assignment), over: peer.route)
        case .recallTraining(let attempt, let worker):
            try connections.send(.stopTraining(attempt, saves: true), to: worker)
        case .cancelTraining(let attempt, let worker):
            trainings.cancel(attempt)
            try connections.send(.stopTraining(attempt, saves: false), to: worker)
        case .trainingFinished(let training): cells.release(trainings.finish(training))
        case .trainingFailed(let failed): cells.release(trainings.fail(failed))
        case .finished(let progress): ending = ending(after: progress)
        case .stopped(.user, _): ending = .interrupted
        case .stopped(.failures, _), .stopped(.workers, _): ending = .failed
        case .cancelled: ending = .cancelled
        }
    }

    /// How a run ends of which nothing is left to do.
    private func ending(after progress: RunProgress) -> Ending {
        let isClean = !context.scheduling.requiresAudits || AuditReport(progress, after: context.earlier).isClean
        return progress.images.failed > 0 || !isClean ? .failed : .complete
    }

    /// Gives the scheduler the next cells of the grid; it is owed them when the store cannot be read.
    mutating func supplyCells(_ count: Int) throws {
        owedCells = count
        let portion = try cells.next(count, hopelessness: { trainings.hopelessness(of: $0) })
        owedCells = nil
        for failure in portion.failures {
            recording.add(failure)
            _ = failures.add(failure.attempt.shard, because: failure.message)
        }
        try tell(.cells(portion.cells, more: portion.more, awaitingTraining: portion.awaitingTraining))
    }

    private mutating func settle(_ settlement: Settlement) {
        let worker = settlement.worker
        let unknown = PartOrigin(worker: worker.description, host: "?", isa: "?")
        let tolerance = cells.tolerance(of: settlement.attempt.shard.cell)
        recording.add(settlement, from: connections.peers[worker]?.origin ?? unknown, tolerance: tolerance)
    }

    /// Sends away a worker that is not trusted, and tells both users why.
    private mutating func quarantine(_ worker: WorkerID, _ reason: QuarantineReason) throws {
        let peers = connections.peers
        guard let peer = peers[worker] else { return }
        let text = reason.text { peers[$0]?.name ?? "a worker that left" }
        notices.note("QUARANTINED \(peer.name): \(text)", .error, ["worker": "\(peer.hello.worker)"])
        if case .differs = reason { trainings.distrust(worker, called: peer.name) }
        try connections.send(.refuse(Refusal(.quarantined, text: text)), over: peer.route)
    }

    /// Keeps, and tells, that rows are recorded which somebody contradicts and nobody confirmed.
    private mutating func noteDispute(_ shard: Shard, _ worker: WorkerID, _ recorder: WorkerID?) {
        let (theirs, recorded) = (connections.peers[worker], recorder.flatMap { connections.peers[$0] })
        let (one, other) = (theirs?.name ?? "a worker that left", recorded?.name ?? "a worker that left")
        let text = "recorded rows of \(shard) are from \(other); those of \(one) differ, and no third confirmed either"
        recording.add(FailureRecord(disputed: shard, by: theirs, epoch: context.work.epoch, text))
        notices.noteLimited("DISPUTED: \(text)", .error)
    }

    private mutating func lose(_ worker: WorkerID, _ departure: Departure, _ requeued: Int) {
        guard let peer = connections.peers[worker] else { return }
        let shards = "\(counted(requeued, "shard")) \(requeued == 1 ? "goes" : "go")"
        if departure != .goodbye || requeued > 0 {
            notices.note(
                "lost \(peer.name): \(departure.explanation); \(shards) to others",
                .warning,
                ["worker": "\(peer.hello.worker)", "departure": "\(departure.rawValue)"]
            )
        }
        connections.remove(worker)
    }

    /// Tells the user once of what keeps a worker from computing.
    private func noteFailing(_ worker: WorkerID, _ reason: String) {
        guard let peer = connections.peers[worker] else { return }
        let metadata: Logger.Metadata = ["worker": "\(peer.hello.worker)"]
        notices.note("\(peer.name) fails: \(reason); it is tried again after growing pauses", .warning, metadata)
    }

    /// Tells the user that a worker shows life and makes no progress.
    private func noteStalled(_ worker: WorkerID, _ seconds: Double) {
        guard let peer = connections.peers[worker] else { return }
        let time = HumanText.span(seconds: seconds)
        let metadata: Logger.Metadata = ["worker": "\(peer.hello.worker)"]
        notices.note("\(peer.name): no progress for \(time); others get what it holds", .warning, metadata)
    }

    /// Tells the user once of what is not tried any more.
    private func noteGivenUp(_ classes: [CostClass], _ example: AttemptRecord) {
        let names = Set(classes.map(\.model)).sorted().joined(separator: ", ")
        let transforms = classes.map(\.transform).joined(separator: ", ")
        let tries = counted(context.scheduling.commonFailures ?? 0, "shard")
        notices.note(
            "gave up the rest of \(names) under \(transforms): \(tries) failed alike wherever they were tried, the last on "
                + "\(example.host): \(example.failure.explanation)",
            .error
        )
    }

    private mutating func noteFailed(_ failed: FailedShard) {
        for record in failed.records(connections.peers) { recording.add(record) }
        guard let line = failed.explanation, let reason = failed.reason else { return }
        let metadata: Logger.Metadata = ["cell": "\(failed.shard.cell)"]
        if failures.add(failed.shard, because: reason), failed.wasTried {
            notices.note(line, .error, metadata)
        } else {
            notices.log.error("\(line)", metadata: metadata)
        }
    }
}
