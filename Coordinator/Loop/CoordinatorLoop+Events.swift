// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Logging
import ResultStore
import Scheduling
import SweepPlan
import Vocabulary
import WireProtocol

// Events: what peers and other threads say, one list each; what it means is said to the scheduler.
extension CoordinatorLoop {
    /// What another thread says.
    mutating func take(_ request: LoopRequest) throws {
        switch request {
        case .stop: try tell(.stop)
        case .answer(let route, let bytes): try connections.send(bytes, over: route)
        case .answerInRoom(let answer): try connections.send(answer)
        case .uploaded(let offer, let file, let route):
            let event = try trainings.take(file, as: offer, among: connections.peers)
            try connections.send(.uploadReceipt(.stored(offer)), over: route)
            if let event { try tell(event) }
        case .notice(let line): notices.noteLimited(line, .error)
        case .localWorkerEnded(let process, let exit):
            guard let peer = connections.noteExit(exit, of: process, on: context.work.host) else { return }
            let metadata: Logger.Metadata = ["pid": "\(process)", "exit": "\(exit.explanation)"]
            notices.log.warning("local worker ended", metadata: metadata)
            try tell(.left(peer.id, exit.isKilled ? .killed : .crashed))
        case .localWorkersGone(let exit): localWorkersEnd = exit
        }
    }

    /// What a peer says.
    mutating func take(_ message: PeerMessage, from route: [UInt8], of sender: Sender) throws {
        switch message {
        case .client(.snapshot(let request)): answer(request, to: route, of: sender)
        case .client(.control(let request)): try obey(request, from: route, of: sender)
        case .worker(.hello(let hello)): try welcome(hello, from: route, of: sender)
        case .worker(let message):
            guard let peer = connections.peers.peer(at: route, as: sender) else {
                return try connections.send(.refuse(Refusal(.unknownPeer, text: "say hello first")), over: route)
            }
            try take(message, from: peer)
        }
    }

    private mutating func take(_ message: WorkerMessage, from peer: Peer) throws {
        switch message {
        case .hello: break
        case .results(let results): for result in results { try take(result, from: peer) }
        case .failure(let failure): try take(failure, from: peer)
        case .artifactRequest(let request):
            try tell(.heard(peer.id))
            connections.queue(request, from: peer)
        case .heartbeat(let heartbeat): try tell(.beat(peer.id, EngineProgress(heartbeat)))
        case .trainingProgress(let report):
            try tell(.trainingMentioned(report.attempt, from: peer.id))
            if core.holds(peer.id, report.attempt) { trainings.take(report) }
        case .trainingOffer(let offer):
            try tell(.trainingMentioned(offer.attempt, from: peer.id))
            let hasTraining = core.holds(peer.id, offer.attempt)
            let isTrusted = connections.isOwn(peer.sender)
            let answer = trainings.consider(offer, from: peer, hasTraining: hasTraining, isTrusted: isTrusted)
            if let answer {
                try connections.send(answer, over: peer.route)
            }
        case .uploadChunk(let chunk):
            try tell(.heard(peer.id))
            trainings.take(chunk, from: peer.route)
        case .trainingEnd(let end):
            // Whatever it says of a training that is another's, or nobody's any more, changes nothing.
            guard core.holds(peer.id, end.attempt) else {
                return try tell(.trainingMentioned(end.attempt, from: peer.id))
            }
            try tell(trainings.end(end, from: peer))
        case .handBack(let attempts):
            for attempt in attempts { try tell(.failed(attempt, from: peer.id, .handedBack)) }
        case .drain(let reason, _):
            notices.noteLimited("\(peer.name) drains: \(reason)", .info, ["worker": "\(peer.hello.worker)"])
            try tell(.drain(peer.id))
        case .refuse(let refusal):
            notices.noteLimited("\(peer.name) refuses this coordinator: \(refusal.text)", .warning)
            try tell(.left(peer.id, .goodbye))
        case .goodbye: try tell(.left(peer.id, .goodbye))
        }
    }

    private mutating func welcome(_ hello: Hello, from route: [UInt8], of sender: Sender) throws {
        guard let peer = try connections.welcome(hello, from: route, of: sender, to: context) else { return }
        let (held, training) = try own(of: hello, at: peer)
        let metadata: Logger.Metadata = [
            "worker": "\(hello.worker)", "host": "\(hello.host)", "pid": "\(hello.process)", "held": "\(held.count)",
        ]
        notices.log.info("joined", metadata: metadata)
        try tell(.joined(peer.id, hello.facts(as: peer.sender), held: held, training: training))
    }

    /// What a worker comes with that it has a lease of, or shows to have been its own; the rest it may forget.
    private mutating func own(of hello: Hello, at peer: Peer) throws -> ([HeldAttempt], TrainingAttempt?) {
        let shown = connections.handOuts.attempts(shownBy: hello, of: peer)
        var own: [HeldAttempt] = []
        var foreign = 0
        for held in hello.heldAttempts {
            if shown.contains(held.attempt) || core.holds(peer.id, held.attempt) {
                own.append(held)
            } else {
                foreign += 1
                connections.outbox.acknowledge(held.attempt, to: peer.id)
            }
        }
        if foreign > 0 {
            notices.noteLimited("\(peer.name) comes with \(foreign) shards that it was not given", .info)
        }
        guard let training = hello.training else { return (own, nil) }
        if core.holds(peer.id, training) || connections.handOuts.isShown(training, by: hello, of: peer) {
            return (own, training)
        }
        try connections.send(.stopTraining(training, saves: false), to: peer.id)
        return (own, nil)
    }

    /// Hands a table to the scheduler when it has the rows it must have.
    private mutating func take(_ result: ShardResult, from peer: Peer) throws {
        let owner = peer.sender.owner(of: peer.route)
        if core.holds(peer.id, result.attempt),
            let problem = cells.problem(with: result) ?? columns.problem(with: result.table, of: owner)
        {
            // Such a table is of no use, and the worker need not keep it.
            connections.outbox.acknowledge(result.attempt, to: peer.id)
            return try fail(result.attempt, from: peer, kind: "table", problem)
        }
        guard recording.keep(result, from: peer.id, of: owner) else { return try tell(.heard(peer.id)) }
        if core.holds(peer.id, result.attempt), let spec = cells.spec(of: result.attempt.shard.cell) {
            shardSeconds.add(result.computeSeconds, model: spec.model, transform: spec.transform.kind.title)
        }
        try tell(.tableArrived(result.attempt, from: peer.id, computeSeconds: result.computeSeconds))
        recording.forget()
    }

    private mutating func take(_ failure: ShardFailure, from peer: Peer) throws {
        let (attempt, message) = (failure.attempt, failure.message)
        guard failure.isOfSurroundings else {
            return try fail(attempt, from: peer, kind: "\(failure.kind)", message, log: failure.log)
        }
        guard core.holds(peer.id, attempt) else { return try tell(.heard(peer.id)) }
        // One record says it: every attempt of a machine that cannot work ends alike.
        if core.sickness(of: peer.id)?.reason != message {
            let record = FailureRecord(attempt, from: peer, kind: "\(failure.kind)", message, log: failure.log)
            recording.add(record, of: peer.sender.owner(of: peer.route))
        }
        try tell(.failed(attempt, from: peer.id, .surroundings(message)))
    }

    /// Keeps a failed attempt for the user and tells the scheduler, if the worker has it.
    private mutating func fail(
        _ attempt: AttemptIdentity,
        from peer: Peer,
        kind: String,
        _ message: String,
        log: [String] = []
    ) throws {
        // A failure of what it was not given, or not any more, is nobody's.
        guard core.holds(peer.id, attempt) else { return try tell(.heard(peer.id)) }
        let record = FailureRecord(attempt, from: peer, kind: kind, message, log: log)
        recording.add(record, of: peer.sender.owner(of: peer.route))
        let metadata: Logger.Metadata = ["worker": "\(peer.hello.worker)", "kind": "\(kind)"]
        notices.log.warning("\(attempt) failed: \(message)", metadata: metadata)
        try tell(.failed(attempt, from: peer.id, .engineError(message)))
    }

    /// Has a snapshot made, unless the client has not read earlier ones.
    private mutating func answer(_ request: SnapshotRequest, to route: [UInt8], of sender: Sender) {
        guard let room = connections.reserve(SnapshotService.usualBytes, over: route, of: sender) else { return }
        if !snapshots.answer(request, in: room) { connections.release(room) }
    }

    private mutating func obey(_ request: ControlRequest, from route: [UInt8], of sender: Sender) throws {
        let decision = decide(request)
        for step in decision.steps {
            switch step {
            case .tell(let event): try tell(event)
            case .note(let line): notices.note(line)
            case .send(let message, let worker): try connections.send(message, to: worker)
            }
        }
        var reply = decision.reply
        // What is asked for is done all the same; only the telling waits until the client has read.
        if !connections.hasRoom(over: route, of: sender) { reply.lines = [] }
        try connections.send(.controlReply(reply), over: route)
    }

    private func decide(_ request: ControlRequest) -> ControlDecision {
        let asked = ControlContext(
            run: context.work.run,
            sweep: context.work.plan.sweep.name,
            now: clock.now,
            progress: core.progress(at: clock.now),
            peers: connections.peers,
            cells: cells,
            trainings: trainings
        )
        return asked.decide(request) { core.explain($0) }
    }
}

extension EngineProgress {
    fileprivate init(_ heartbeat: WorkerHeartbeat) {
        self.init(
            running: heartbeat.running,
            images: heartbeat.imagesDone,
            training: heartbeat.training,
            steps: heartbeat.stepsDone,
            activity: heartbeat.activity
        )
    }
}

extension Hello {
    /// The worker in the scheduler's terms, who really is `sender`.
    fileprivate func facts(as sender: Sender) -> WorkerFacts {
        WorkerFacts(
            host: host,
            threads: threads,
            imagesPerSecond: imagesPerSecond,
            canTrain: protocolVersion.minor >= ProtocolVersion.firstMinorWithTrainings,
            scorers: scorers,
            voice: Voice(key: sender.key, address: sender.address)
        )
    }

    /// What it brings along.
    fileprivate var heldAttempts: [HeldAttempt] {
        unacknowledged.map { HeldAttempt($0, isComputed: true) } + inFlight.map { HeldAttempt($0, isComputed: false) }
    }
}
