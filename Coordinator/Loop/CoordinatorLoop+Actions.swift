// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Scheduling
import SweepPlan
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
        case .acknowledge(let attempt, let worker):
            tables[Arrival(attempt: attempt, worker: worker)] = nil
            try sendIfPresent(.acknowledge([attempt]), to: worker)
        case .requestTable(_, let worker), .askToJoin(let worker):
            try sendIfPresent(.refuse(Refusal(.unknownPeer, text: "say hello again")), to: worker)
        case .cancel(let attempt, let worker):
            tables[Arrival(attempt: attempt, worker: worker)] = nil
            try sendIfPresent(.acknowledge([attempt]), to: worker)
        case .workerLost(let worker, let departure, let requeued): lose(worker, departure, requeued)
        case .drained(let worker): try sendIfPresent(.goodbye(reason: "drained"), to: worker)
        case .shardFailed(let shard): noteFailed(shard)
        case .cellFinished(let cell, _): cells[cell] = nil
        case .finished(let progress): ending = progress.images.failed > 0 ? .failed : .complete
        case .stopped: ending = .interrupted
        }
    }

    /// Gives the scheduler the next cells of the grid, with what the store already has of them.
    private mutating func giveCells(_ count: Int) throws {
        var given: [CellWork] = []
        while given.count < count, let spec = nextCells.next() {
            let cell = work.identity(of: spec).id
            cells[cell] = spec
            given.append(
                CellWork(
                    id: cell,
                    images: work.indices(of: spec.dataset).count,
                    costClass: CostClass(model: spec.model, transform: spec.transform.name),
                    recorded: try store.recordedRanges(of: cell)
                )
            )
        }
        try tell(.cells(given, more: given.count == count))
    }

    private mutating func dispatch(_ attempt: AttemptIdentity, to worker: WorkerID) throws {
        guard let peer = peers[worker] else { return }
        guard let spec = cells[attempt.shard.cell] else {
            preconditionFailure("\(attempt) is of a cell that the loop never gave")
        }
        let assignment = Assignment(
            attempt: attempt,
            model: work.model(of: spec),
            dataset: work.dataset(of: spec),
            transform: spec.transform,
            seed: spec.seed,
            indices: Array(work.indices(of: spec.dataset)[attempt.shard.positions])
        )
        try send(.assign(assignment), to: peer)
    }

    private mutating func sendIfPresent(_ message: CoordinatorMessage, to worker: WorkerID) throws {
        if let peer = peers[worker] { try send(message, to: peer) }
    }

    private mutating func lose(_ worker: WorkerID, _ departure: Departure, _ requeued: Int) {
        guard let peer = peers[worker] else { return }
        let shards = requeued == 1 ? "1 shard goes" : "\(requeued) shards go"
        if departure != .goodbye || requeued > 0 {
            status.notice("lost \(peer.name): \(departure.explanation); \(shards) to others")
        }
        peers.remove(worker)
    }

    private mutating func noteFailed(_ failed: FailedShard) {
        guard let last = failed.attempts.last else { return }
        let message: String =
            switch last.failure {
            case .engineError(let message): message
            case .workerLost(let departure): departure.explanation
            case .handedBack: "handed back"
            }
        let peer = peers[last.worker]
        let worker = peer?.hello.worker.description ?? last.worker.description
        note(last.attempt, kind: "shard", message: message, worker: worker, host: last.host, isTerminal: true)
        status.notice(
            "gave up \(failed.shard) after \(failed.attempts.count) attempts; the last on \(last.host): \(message)"
        )
    }

    /// Keeps a failure for the next group commit.
    mutating func note(
        _ attempt: AttemptIdentity,
        kind: String,
        message: String,
        worker: String,
        host: String,
        isTerminal: Bool = false
    ) {
        failures.append(
            FailureRecord(
                attempt: attempt,
                kind: kind,
                message: message,
                worker: worker,
                host: host,
                time: Date(),
                isTerminal: isTerminal
            )
        )
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
