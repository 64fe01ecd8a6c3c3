// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Logging
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol
import ZeroMQ

// Receiving: bytes from outside become events, or are counted and dropped.
extension CoordinatorLoop {
    mutating func receiveAll() throws {
        for _ in 0..<Self.receiveBurst {
            guard let message = try socket.receive() else { return }
            counters.messagesReceived += 1
            counters.bytesReceived += message.frames.reduce(0) { $0 + $1.count }
            guard message.frames.count == 2 else {
                counters.messagesDropped += 1
                continue
            }
            try receive(message.frames[1], from: message.frames[0])
        }
    }

    mutating func receiveReports() throws {
        for _ in 0..<Self.receiveBurst {
            guard let report = try socket.receiveReport() else { return }
            door.count(report)
        }
    }

    private mutating func receive(_ bytes: [UInt8], from route: [UInt8]) throws {
        let message: PeerMessage
        do {
            message = try PeerMessage(decoding: bytes)
        } catch .incompatible(let theirs) {
            let error = WireError.incompatible(theirs: theirs)
            return try refuse(Refusal(.protocolVersion, text: error.description), route, from: nil)
        } catch {
            counters.messagesDropped += 1
            // A flood must not fill the terminal: the first few of a second are told, all are counted.
            return complaints.isAllowed(at: now) ? note("dropped a message: \(error)", .warning) : ()
        }
        switch message {
        case .client(.snapshot(let request)): snapshots.answer(request, to: route)
        case .client(.control(let request)): try obey(request, from: route)
        case .worker(.hello(let hello)): try welcome(hello, from: route)
        case .worker(let message):
            guard let peer = peers[route: route] else {
                return try send(.refuse(Refusal(.unknownPeer, text: "say hello first")), over: route)
            }
            try receive(message, from: peer)
        }
    }

    private mutating func receive(_ message: WorkerMessage, from peer: Peer) throws {
        switch message {
        case .hello: break
        case .results(let results): for result in results { try take(result, from: peer) }
        case .failure(let failure):
            try fail(failure.attempt, from: peer, kind: "\(failure.kind)", failure.message, log: failure.log)
        case .artifactRequest(let request):
            try tell(.heard(peer.id))
            artifacts.answer(request, to: peer.route)
        case .heartbeat: try tell(.heard(peer.id))
        case .trainingProgress(let report): try take(report, from: peer)
        case .trainingOffer(let offer): try consider(offer, from: peer)
        case .uploadChunk(let chunk):
            try tell(.heard(peer.id))
            uploads.take(chunk, from: peer.route)
        case .trainingEnd(let end): try self.end(end, from: peer)
        case .handBack(let attempts):
            for attempt in attempts { try tell(.failed(attempt, from: peer.id, .handedBack)) }
        case .drain(let reason, _):
            note("\(peer.name) drains: \(reason)", .info, ["worker": "\(peer.hello.worker)"])
            try tell(.drain(peer.id))
        case .refuse(let refusal):
            note("\(peer.name) refuses this coordinator: \(refusal.text)", .warning)
            try tell(.left(peer.id, .goodbye))
        case .goodbye: try tell(.left(peer.id, .goodbye))
        }
    }

    /// Lets a worker in when its numbers would be this coordinator's.
    private mutating func welcome(_ hello: Hello, from route: [UInt8]) throws {
        let theirs = NumericsIdentity(version: hello.numericsVersion, fingerprint: hello.numericsFingerprint)
        guard theirs == numerics else {
            let text =
                "this coordinator computes with \(numerics), you with \(theirs): use one build of BitSweep on both"
            return try refuse(Refusal(.numerics, text: text), route, from: hello)
        }
        let peer = peers.welcome(hello, from: route)
        let welcome = Welcome(
            run: work.run,
            epoch: work.epoch,
            heartbeatInterval: configuration.heartbeatInterval
        )
        try send(.welcome(welcome), over: route)
        let held =
            hello.unacknowledged.map { HeldAttempt($0, isComputed: true) }
            + hello.inFlight.map { HeldAttempt($0, isComputed: false) }
        log.info(
            "joined",
            metadata: [
                "worker": "\(hello.worker)", "host": "\(hello.host)", "pid": "\(hello.process)",
                "held": "\(held.count)",
            ]
        )
        let facts = WorkerFacts(
            host: hello.host,
            threads: hello.threads,
            imagesPerSecond: hello.imagesPerSecond,
            canTrain: hello.protocolVersion.minor >= ProtocolVersion.firstMinorWithTrainings
        )
        try tell(.joined(peer.id, facts, held: held, training: hello.training))
    }

    private mutating func refuse(_ refusal: Refusal, _ route: [UInt8], from hello: Hello?) throws {
        let peer = hello.map { "\($0.host) (pid \($0.process))" } ?? "a peer"
        if complaints.isAllowed(at: now) { note("refused \(peer): \(refusal.text)", .warning) }
        try send(.refuse(refusal), over: route)
    }

    /// Hands a table to the scheduler when it has the rows it must have.
    private mutating func take(_ result: ShardResult, from peer: Peer) throws {
        let shard = result.attempt.shard
        guard result.table.indices.count == shard.count else {
            let reason = "its table has \(result.table.indices.count) rows for \(shard.count) images"
            return try fail(result.attempt, from: peer, kind: "table", reason)
        }
        if let spec = cells[shard.cell] {
            let indices = work.indices(of: spec.dataset)
            let isInside = shard.lower >= 0 && shard.lower < shard.upper && shard.upper <= indices.count
            guard isInside, result.table.indices[...] == indices[shard.positions], result.table["bpd"] != nil else {
                let reason = "its table does not have the rows of \(shard), or no column 'bpd'"
                return try fail(result.attempt, from: peer, kind: "table", reason)
            }
        }
        tables[Arrival(attempt: result.attempt, worker: peer.id)] = result
        try tell(.tableArrived(result.attempt, from: peer.id, computeSeconds: result.computeSeconds))
    }

    /// Keeps a failed attempt for the user and tells the scheduler.
    private mutating func fail(
        _ attempt: AttemptIdentity,
        from peer: Peer,
        kind: String,
        _ message: String,
        log lines: [String] = []
    ) throws {
        keep(
            FailureRecord(
                attempt: attempt,
                kind: kind,
                message: message,
                worker: peer.hello.worker.description,
                host: peer.hello.host,
                time: Date(),
                isTerminal: false,
                log: lines
            )
        )
        log.warning("\(attempt) failed: \(message)", metadata: ["worker": "\(peer.hello.worker)", "kind": "\(kind)"])
        try tell(.failed(attempt, from: peer.id, .engineError(message)))
    }

    /// Sends to a worker; one whose connection is gone has left.
    mutating func send(_ message: CoordinatorMessage, to peer: Peer) throws {
        try send(message, over: peer.route)
    }

    /// Sends over a connection.
    ///
    /// A queue that is full, or a peer that is gone, is a lost connection: silence will tell, and a worker that comes
    /// back says hello.
    mutating func send(_ message: CoordinatorMessage, over route: [UInt8]) throws {
        try send(message.encoded(), over: route)
    }

    /// Sends bytes over a connection.
    mutating func send(_ bytes: [UInt8], over route: [UInt8]) throws {
        switch try socket.send(Message(to: route, bytes)) {
        case .sent:
            counters.messagesSent += 1
            counters.bytesSent += bytes.count
        case .full, .unreachable: counters.messagesUnsent += 1
        }
    }

    /// Sends what the scheduler's actions left for the workers.
    mutating func flush() throws {
        while !outbox.isEmpty {
            for (worker, messages) in outbox.takeAll() {
                guard let peer = peers[worker] else { continue }
                for message in messages { try send(message, to: peer) }
            }
        }
    }
}
