// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
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
        case .wantsCells(let count): try giveCells(count)
        case .dispatch(let attempt, let worker): try dispatch(attempt, to: worker)
        case .record(let attempt, let worker, let positions):
            settle(Arrival(attempt: attempt, worker: worker), positions, isNew: true)
        case .compare(let attempt, let worker, let positions):
            settle(Arrival(attempt: attempt, worker: worker), positions, isNew: false)
        case .acknowledge(let attempt, let worker), .cancel(let attempt, let worker):
            tables[Arrival(attempt: attempt, worker: worker)] = nil
            outbox.acknowledge(attempt, to: worker)
        case .retract(let attempts, let worker): outbox.retract(attempts, from: worker)
        case .requestTable(_, let worker), .askToJoin(let worker):
            try sendIfPresent(.refuse(Refusal(.unknownPeer, text: "say hello again")), to: worker)
        case .workerLost(let worker, let departure, let requeued): lose(worker, departure, requeued)
        case .drained(let worker):
            // It leaves by itself once its last tables are acknowledged; a goodbye here could overtake those.
            log.info("drained", metadata: ["worker": "\(peers.name(of: worker))"])
        case .quarantined(let worker, let reason): try quarantine(worker, reason)
        case .shardFailed(let shard): noteFailed(shard)
        case .cellReleased(let cell): cells[cell] = nil
        case .cellFinished: break
        case .train(let attempt, let worker): try train(attempt, worker)
        case .recallTraining(let attempt, let worker):
            try sendIfPresent(.stopTraining(attempt, saves: true), to: worker)
        case .cancelTraining(let attempt, let worker):
            uploads.end(attempt)
            try sendIfPresent(.stopTraining(attempt, saves: false), to: worker)
        case .trainingFinished(let training): try finishTraining(training)
        case .trainingFailed(let failed): try failTraining(failed)
        case .finished(let progress): ending = progress.images.failed > 0 ? .failed : .complete
        case .stopped(.user, _): ending = .interrupted
        case .stopped(.failures, _): ending = .failed
        case .cancelled: ending = .cancelled
        }
    }

    /// Gives the scheduler the next cells of the grid, with what the store already has of them.
    private mutating func giveCells(_ count: Int) throws {
        var given: [CellWork] = []
        while given.count < count {
            switch feed.next() {
            case .cell(let spec): given.append(try cellWork(spec))
            case .waits: return try tell(.cells(given, more: true, awaitingTraining: true))
            case .end: return try tell(.cells(given, more: false))
            }
        }
        try tell(.cells(given, more: true))
    }

    private mutating func cellWork(_ spec: CellSpec) throws -> CellWork {
        let cell = work.identity(of: spec).id
        cells[cell] = spec
        let images = work.indices(of: spec.dataset).count
        let recorded = try store.recordedRanges(of: cell)
        let hopelessness = hopelessness(of: spec)
        if let hopelessness, recorded.reduce(0, { $0 + $1.count }) < images {
            keepHopeless(cell, spec, because: hopelessness)
        }
        return CellWork(
            id: cell,
            images: images,
            costClass: CostClass(model: spec.model, transform: spec.transform.name),
            recorded: recorded,
            isHopeless: hopelessness != nil
        )
    }

    private mutating func dispatch(_ attempt: AttemptIdentity, to worker: WorkerID) throws {
        guard peers[worker] != nil else { return }
        guard let spec = cells[attempt.shard.cell] else {
            preconditionFailure("\(attempt) is of a cell that the loop never gave")
        }
        var shard = work.plan.shard(of: spec, at: attempt.shard.positions)
        shard.model = trained(shard.model)
        outbox.assign(Assignment(attempt: attempt, spec: shard), to: worker)
    }

    /// Sends away a worker that is not trusted, and tells both users why.
    private mutating func quarantine(_ worker: WorkerID, _ reason: QuarantineReason) throws {
        guard let peer = peers[worker] else { return }
        let text = reason.text { peers[$0]?.name ?? "a worker that left" }
        note("QUARANTINED \(peer.name): \(text)", .error, ["worker": "\(peer.hello.worker)"])
        if case .differs = reason { distrust(worker) }
        try send(.refuse(Refusal(.quarantined, text: text)), to: peer)
    }

    mutating func sendIfPresent(_ message: CoordinatorMessage, to worker: WorkerID) throws {
        if let peer = peers[worker] { try send(message, to: peer) }
    }

    private mutating func lose(_ worker: WorkerID, _ departure: Departure, _ requeued: Int) {
        guard let peer = peers[worker] else { return }
        let shards = requeued == 1 ? "1 shard goes" : "\(requeued) shards go"
        if departure != .goodbye || requeued > 0 {
            note(
                "lost \(peer.name): \(departure.explanation); \(shards) to others",
                .warning,
                ["worker": "\(peer.hello.worker)", "departure": "\(departure.rawValue)"]
            )
        }
        peers.remove(worker)
    }

    private mutating func noteFailed(_ failed: FailedShard) {
        guard let last = failed.attempts.last else { return }
        let message = last.failure.explanation
        let worker = peers.name(of: last.worker)
        for attempt in failed.attempts { keepLoss(attempt) }
        keep(
            FailureRecord(
                attempt: AttemptIdentity(
                    shard: failed.shard,
                    attempt: last.attempt.attempt,
                    epoch: last.attempt.epoch
                ),
                kind: "shard",
                message: message,
                worker: worker,
                host: last.host,
                time: Date(),
                isTerminal: true
            )
        )
        note(
            "gave up \(failed.shard) after \(failed.attempts.count) attempts; the last on \(last.host): \(message)",
            .error,
            ["cell": "\(failed.shard.cell)"]
        )
    }

    /// Keeps an attempt whose worker went away; engine errors are kept when they come.
    private mutating func keepLoss(_ record: AttemptRecord) {
        guard case .workerLost = record.failure else { return }
        let exit = peers.process(of: record.worker).flatMap { exits[$0] }
        keep(
            FailureRecord(
                attempt: record.attempt,
                kind: "lost",
                message: exit?.explanation ?? record.failure.explanation,
                worker: peers.name(of: record.worker),
                host: record.host,
                time: Date(),
                isTerminal: false,
                log: exit?.log ?? []
            )
        )
    }

    /// Keeps a failure for the next group commit.
    mutating func keep(_ failure: FailureRecord) {
        failures.append(failure)
    }
}

extension Departure {
    /// The way a worker went, in words.
    var explanation: String {
        switch self {
        case .goodbye: "it left"
        case .crashed: "its process or connection broke"
        case .silent: "it missed its heartbeats"
        }
    }
}

extension AttemptFailure {
    /// What happened, in words.
    var explanation: String {
        switch self {
        case .engineError(let message): message
        case .workerLost(let departure): "its worker is gone: \(departure.explanation)"
        case .timeLimit(let limit): "it ran longer than the time limit of \(HumanText.duration(limit))"
        case .handedBack: "handed back"
        }
    }
}

extension QuarantineReason {
    /// The reason with names for workers.
    fileprivate func text(naming name: (WorkerID) -> String) -> String {
        guard case .differs(let shard, let others) = self, !others.isEmpty else { return description }
        return "its rows of \(shard) differ from those of \(others.map(name).joined(separator: " and "))"
    }
}
