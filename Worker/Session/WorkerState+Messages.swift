// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Vocabulary
import WireProtocol

// What the coordinator says.
extension WorkerState {
    mutating func receive(_ message: CoordinatorMessage, at now: Duration) -> [Effect] {
        lastHeard = now
        switch message {
        case .welcome(let welcome): return join(welcome, at: now)
        case .assign(let assignments): return take(assignments)
        case .acknowledge(let attempts): return forget(attempts)
        case .heartbeat(let heartbeat):
            guard case .joined(heartbeat.epoch, _) = phase else { return hello(at: now) }
        case .retract(let attempts):
            let held = attempts.filter { queue.remove($0) != nil }
            return handingBack(held).map { .send($0) } + endIfDone()
        case .drain(let reason):
            guard leaving == nil else { break }
            leaving = Leaving(reason: "the coordinator asks it to (\(reason))", deadline: nil, keepsQueue: true)
            return [.log(.info, "draining: \(reason)")] + returnTraining() + endIfDone()
        case .refuse(let refusal): return consider(refusal, at: now)
        case .goodbye(let reason): return part(reason)
        case .artifactChunk(let chunk): return [.fetch(.chunk(chunk))]
        case .artifactRefusal(let refusal): return [.fetch(.refused(refusal))]
        case .train(let assignment): return take(assignment, at: now)
        case .stopTraining(let attempt, let saves): return stopTraining(attempt, saves: saves)
        case .uploadReceipt(let receipt): return take(receipt, at: now)
        case .uploadRefusal(let refusal): return take(refused: refusal)
        case .snapshot, .controlReply: break
        }
        return []
    }

    /// Notes the coordinator's life and sends again what it may not have.
    private mutating func join(_ welcome: Welcome, at now: Duration) -> [Effect] {
        phase = .joined(epoch: welcome.epoch, heartbeatInterval: welcome.heartbeatInterval)
        pacing.reset()
        isAbandoned = false
        unsent = results.keys
        var effects: [Effect] = [.log(.info, "joined run \(welcome.run)"), .fetch(.joined)]
        if let leaving, !leaving.keepsQueue { effects.append(.send(.drain(reason: leaving.reason))) }
        return effects + takeReports().map { .send($0) } + offerAgain(at: now) + endIfDone()
    }

    private mutating func take(_ assignments: [Assignment]) -> [Effect] {
        if let leaving, !leaving.keepsQueue {
            return handingBack(assignments.map(\.attempt)).map { .send($0) }
        }
        for assignment in assignments {
            let attempt = assignment.attempt
            guard running?.attempt != attempt, results[attempt] == nil else { continue }
            queue.append(assignment, for: attempt)
        }
        return [.work]
    }

    /// Forgets results that are committed, and attempts that nobody needs.
    private mutating func forget(_ attempts: [AttemptIdentity]) -> [Effect] {
        var effects: [Effect] = []
        for attempt in attempts {
            guard results.remove(attempt) == nil, queue.remove(attempt) == nil else { continue }
            guard let current = running?.attempt, current == attempt else { continue }
            running?.isCancelled = true
            effects += [.log(.debug, "cancelled: \(attempt)"), .fetch(.abandoned)]
        }
        return effects + endIfDone()
    }

    /// Says hello to a coordinator that does not know this worker; leaves one that will not have it.
    private mutating func consider(_ refusal: Refusal, at now: Duration) -> [Effect] {
        switch refusal.reason {
        case .unknownPeer:
            // Each message that a new coordinator did not understand is refused; one hello answers them all.
            guard phase != .joining || pacing.isDue(at: now) else { return [] }
            return hello(at: now)
        case .protocolVersion, .numerics, .notAllowed, .quarantined:
            return [.end(.refused(refusal.text))]
        case .other, .malformed, .identityInUse, .unknownRun:
            return [.log(.warning, "the coordinator refused: \(refusal.text)")]
        }
    }

    /// Forgets what a coordinator that is gone wanted; results are kept for the next.
    private mutating func part(_ reason: String) -> [Effect] {
        phase = .joining
        isAbandoned = true
        queue.removeAll()
        pacing.reset()
        return [.log(.info, "the coordinator left (\(reason)); waiting for the next"), .fetch(.parted)]
            + abandonTraining() + endIfDone()
    }

    /// A hello; the worker counts as not joined until it is answered.
    mutating func hello(at now: Duration) -> [Effect] {
        if phase == .joining { return [.send(introduced())] }
        phase = .joining
        pacing.reset()
        _ = pacing.isDue(at: now)
        return [.fetch(.parted), .send(introduced())]
    }

    private func introduced() -> WorkerMessage {
        var hello = introduction
        hello.unacknowledged = results.keys
        hello.inFlight = inFlight
        hello.training = attemptAtTraining
        return .hello(hello)
    }
}
