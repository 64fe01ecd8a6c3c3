// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import SweepPlan
import Synchronization
import WireProtocol
import ZeroMQ

/// The worker's side of the conversation: it runs in the socket's thread, which the engine cannot block.
///
/// A worker that is started before its coordinator, or outlives it, keeps trying: the dealer reconnects by itself, and
/// hello is said until somebody welcomes it. Results are kept until they are acknowledged and sent again after every
/// welcome.
final class WorkerSession: Sendable {
    /// Why the session is over.
    enum Ending: Sendable {
        /// The coordinator will not work with this worker, for this reason.
        case refused(String)
        /// The socket broke.
        case broken(String)
        /// The worker left: drained, or its parent is gone.
        case left
    }

    /// How often the thread looks at the time.
    static let tick: Duration = .milliseconds(500)
    /// Heartbeats of the coordinator that may be missed before the worker says hello again.
    private static let missedHeartbeats = 3

    private struct Timing {
        var lastHeard = ContinuousClock.now
        var lastBeat = ContinuousClock.now
    }

    /// The engine waits here for work.
    let work = WorkSignal()
    /// Finishes with the reason when the session is over.
    let ended: AsyncStream<Ending>

    private let end: AsyncStream<Ending>.Continuation
    private let introduction: Hello
    private let parent: Int32?
    private let logger: Logger
    private let state = Mutex(WorkerState())
    private let timing = Mutex(Timing())

    /// A session of the worker that `introduction` describes; what it holds is filled in with every hello.
    ///
    /// It ends when `parent` is given and no longer the process's parent.
    init(introduction: Hello, parent: Int32?, logger: Logger) {
        self.introduction = introduction
        self.parent = parent
        self.logger = logger
        (ended, end) = AsyncStream.makeStream()
    }

    /// The socket thread's handler: what to send because of an event.
    func handle(_ event: SocketThread.Event) -> [Message] {
        switch event {
        case .received(let message):
            return message.frames.first.map { receive($0).map { Message($0.encoded()) } } ?? []
        case .tick(let unsent):
            if let parent, getppid() != parent { end.yield(.left) }
            return unsent == 0 ? beat().map { Message($0.encoded()) } : []
        case .failed(let error):
            end.yield(.broken("\(error)"))
            return []
        }
    }

    /// The next attempt for the engine, which counts as running from now; nil when there is none.
    func next() -> Assignment? {
        state.withLock { state in
            guard !state.queue.isEmpty else { return nil }
            let assignment = state.queue.removeFirst()
            state.running = assignment.attempt
            return assignment
        }
    }

    func progress(_ images: Int) {
        state.withLock { $0.imagesDone = images }
    }

    /// Keeps a result until it is acknowledged; returns the message that delivers it.
    func finish(_ result: ShardResult) -> Message {
        state.withLock { state in
            state.running = nil
            state.unacknowledged.append(result)
        }
        return Message(WorkerMessage.result(result).encoded())
    }

    /// Gives up the running attempt; returns the message that says so.
    func fail(_ failure: ShardFailure) -> Message {
        state.withLock { $0.running = nil }
        return Message(WorkerMessage.failure(failure).encoded())
    }

    /// What to send before leaving: everything that is not computed goes back.
    func farewell() -> [Message] {
        let held = state.withLock { state in
            defer { state.queue = [] }
            return state.inFlight
        }
        let messages: [WorkerMessage] = (held.isEmpty ? [] : [.handBack(held)]) + [.goodbye(reason: "the worker stops")]
        return messages.map { Message($0.encoded()) }
    }

    private func receive(_ bytes: [UInt8]) -> [WorkerMessage] {
        let message: CoordinatorMessage
        do {
            message = try CoordinatorMessage(decoding: bytes)
        } catch .incompatible(let theirs) {
            end.yield(.refused("\(WireError.incompatible(theirs: theirs))"))
            return []
        } catch {
            logger.warning("dropped a message: \(error)")
            return []
        }
        timing.withLock { $0.lastHeard = .now }
        return answer(to: message)
    }

    private func answer(to message: CoordinatorMessage) -> [WorkerMessage] {
        switch message {
        case .welcome(let welcome): return join(welcome)
        case .assign(let assignment):
            state.withLock { $0.queue.append(assignment) }
            work.signal()
        case .acknowledge(let attempts):
            let isDone = state.withLock { state in
                state.forget(attempts)
                return state.isDraining && state.isIdle
            }
            if isDone { end.yield(.left) }
        case .heartbeat(let heartbeat):
            guard case .joined(heartbeat.epoch, _) = state.withLock({ $0.phase }) else { return [hello()] }
        case .retract(let attempts):
            let returned = state.withLock { $0.handBack(attempts) }
            return returned.isEmpty ? [] : [.handBack(returned)]
        case .drain(let reason):
            logger.info("draining: \(reason)")
            if state.withLock({ state in
                state.isDraining = true
                return state.isIdle
            }) {
                end.yield(.left)
            }
        case .refuse(let refusal): return consider(refusal)
        case .goodbye(let reason):
            logger.info("the coordinator left (\(reason)); waiting for the next")
            state.withLock { state in
                state.phase = .joining
                state.queue = []
            }
        case .snapshot: break
        }
        return []
    }

    /// Notes the coordinator's life and sends again what it may not have.
    private func join(_ welcome: Welcome) -> [WorkerMessage] {
        logger.info("joined run \(welcome.run)")
        return state.withLock { state in
            state.phase = .joined(epoch: welcome.epoch, heartbeatInterval: welcome.heartbeatInterval)
            return state.unacknowledged.map { .result($0) }
        }
    }

    /// Says hello to a coordinator that does not know this worker; leaves one that will not have it.
    private func consider(_ refusal: Refusal) -> [WorkerMessage] {
        switch refusal.reason {
        case .unknownPeer:
            return [hello()]
        case .protocolVersion, .numerics, .notAllowed, .quarantined:
            end.yield(.refused(refusal.text))
        case .other, .malformed, .identityInUse, .unknownRun:
            logger.warning("the coordinator refused: \(refusal.text)")
        }
        return []
    }

    private func hello() -> WorkerMessage {
        state.withLock { state in
            state.phase = .joining
            var hello = introduction
            hello.unacknowledged = state.unacknowledged.map(\.attempt)
            hello.inFlight = state.inFlight
            return .hello(hello)
        }
    }

    /// A heartbeat when one is due; a hello while nobody has welcomed the worker or the coordinator is silent.
    private func beat() -> [WorkerMessage] {
        let (phase, heartbeat) = state.withLock { ($0.phase, $0.heartbeat) }
        let now = ContinuousClock.now
        guard case .joined(_, let interval) = phase else { return due(after: .seconds(1), now) ? [hello()] : [] }
        if timing.withLock({ $0.lastHeard.duration(to: now) > interval * Self.missedHeartbeats }) {
            logger.info("the coordinator is silent; saying hello until it answers")
            return [hello()]
        }
        return due(after: interval, now) ? [.heartbeat(heartbeat)] : []
    }

    /// Whether `interval`, less the pace at which this is asked, has passed since it was last so.
    private func due(after interval: Duration, _ now: ContinuousClock.Instant) -> Bool {
        timing.withLock { timing in
            guard timing.lastBeat.duration(to: now) >= interval - Self.tick / 2 else { return false }
            timing.lastBeat = now
            return true
        }
    }
}
