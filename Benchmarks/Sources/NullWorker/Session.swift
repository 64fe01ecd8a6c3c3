// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary
import WireProtocol
import ZeroMQ

/// One worker: what it knows of its coordinator, and what it answers.
struct Session {
    private let introduction: Hello
    private let hold: Duration
    private let columns: Int
    private let tally: Tally
    private let clock = ContinuousClock()

    private var isJoined = false
    private var heartbeatInterval = Duration.seconds(2)
    private var lastBeat: ContinuousClock.Instant?
    private var holdsUntil: ContinuousClock.Instant?
    private var held: [Assignment] = []
    private var hasLeft = false

    init(introduction: Hello, _ options: Options, _ tally: Tally) {
        self.introduction = introduction
        (hold, columns) = (options.hold, options.columns)
        self.tally = tally
    }

    /// The messages to send because of `event`.
    mutating func handle(_ event: SocketThread.Event) -> [WorkerMessage] {
        switch event {
        case .received(let message):
            guard let bytes = message.frames.first, let message = try? CoordinatorMessage(decoding: bytes) else {
                tally.count { $0.misread += 1 }
                return []
            }
            return receive(message)
        case .tick: return beat()
        case .woken: return []
        case .failed:
            leave()
            return []
        }
    }

    private mutating func receive(_ message: CoordinatorMessage) -> [WorkerMessage] {
        switch message {
        case .welcome(let welcome):
            isJoined = true
            heartbeatInterval = welcome.heartbeatInterval
            tally.count { $0.welcomes += 1 }
        case .assign(let assignments): return take(assignments)
        case .acknowledge(let attempts): tally.count { $0.acknowledged += attempts.count }
        case .retract(let attempts):
            // Held ones only; all others are answered already.
            let wanted = Set(attempts)
            let returned = held.map(\.attempt).filter(wanted.contains)
            held.removeAll { wanted.contains($0.attempt) }
            return returned.isEmpty ? [] : [.handBack(returned)]
        case .refuse(let refusal):
            tally.count { $0.refusals += 1 }
            if refusal.reason == .unknownPeer { return [.hello(introduction)] }
            try? FileHandle.standardError.write(contentsOf: Data("refused: \(refusal.text)\n".utf8))
            leave()
        case .goodbye: leave()
        default: break
        }
        return []
    }

    private mutating func take(_ assignments: [Assignment]) -> [WorkerMessage] {
        tally.begin()
        tally.count { $0.assigned += assignments.count }
        if hold > .zero {
            let end = holdsUntil ?? clock.now.advanced(by: hold)
            holdsUntil = end
            if clock.now < end {
                held += assignments
                return []
            }
        }
        return answers(to: assignments)
    }

    /// A hello until it is welcomed, then heartbeats; what was held is answered when its time has come.
    private mutating func beat() -> [WorkerMessage] {
        let now = clock.now
        let isDue = lastBeat.map { $0.duration(to: now) >= heartbeatInterval - .milliseconds(250) } ?? true
        var messages: [WorkerMessage] = []
        if isDue {
            lastBeat = now
            messages.append(isJoined ? .heartbeat(WorkerHeartbeat(queued: held.count)) : .hello(introduction))
        }
        if let holdsUntil, now >= holdsUntil, !held.isEmpty {
            messages += answers(to: held)
            held = []
        }
        return messages
    }

    private func answers(to assignments: [Assignment]) -> [WorkerMessage] {
        WorkerMessage.batches(reporting: assignments.map { ShardResult(madeUpFor: $0, columns: columns) })
    }

    private mutating func leave() {
        if !hasLeft { tally.leave() }
        hasLeft = true
    }
}

extension ShardResult {
    /// Columns as an engine gives them, with numbers that depend on the cell and the image alone.
    init(madeUpFor assignment: Assignment, columns count: Int) {
        let key = assignment.attempt.shard.cell.bytes.prefix(2).reduce(0) { $0 << 8 | UInt32($1) }
        let bits = assignment.spec.indices.map { Float(($0 &* 0x9E37_79B9 ^ key) >> 20) / 1024 }
        let columns = (0..<count).map { number in
            let name = number == 0 ? "bpd" : number == 1 ? "nll" : "logdet.\(number - 1)"
            return ResultTable.Column(name: name, values: number == 0 ? bits : bits.map { $0 * Float(544 + number) })
        }
        self.init(
            attempt: assignment.attempt,
            table: ResultTable(indices: assignment.spec.indices, columns: columns),
            computeSeconds: 0
        )
    }
}
