// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Keyring
import Logging
import Reporting
import Synchronization
import Vocabulary
import WireProtocol
import ZeroMQ

/// The worker's side of the conversation: it runs in the socket's thread, which the engine cannot block.
///
/// A worker that is started before its coordinator, or outlives it, keeps trying: the dealer reconnects by itself, and
/// hello is said until somebody welcomes it. Results are kept until they are acknowledged and sent again after every
/// welcome. What is decided, `SessionState` decides.
final class WorkerSession: Sendable {
    /// How often the thread looks at the time.
    static let tick: Duration = .milliseconds(200)

    /// Finishes with the reason when the session is over.
    let ended: AsyncStream<WorkerEnding>
    /// What an engine that waits for a file is told.
    let inbox = ArtifactInbox()

    private let end: AsyncStream<WorkerEnding>.Continuation
    private let parent: Int32?
    private let logger: Logger
    /// Grows while the engine computes.
    private let activity: @Sendable () -> UInt64
    private let begun = ContinuousClock.now
    private let state: Mutex<SessionState>
    /// Signalled when a file of a training is handed over, or will not be.
    let uploadEnded = DispatchSemaphore(value: 0)
    /// Messages that other threads have for the socket's thread.
    private let outbox = Mutex<[Message]>([])
    private let hasWork = DispatchSemaphore(value: 0)
    /// The number of the last large message, until it is repeated; nil when there is none.
    private let receipt = Mutex<UInt64?>(nil)

    /// A session of the worker that `introduction` describes.
    ///
    /// It ends when `parent` is given and no longer the process's parent; `activity` grows while the engine computes.
    init(
        introduction: Hello,
        walltime: Walltime? = nil,
        idleTimeout: Duration? = nil,
        isForOneRun: Bool = false,
        parent: Int32?,
        logger: Logger,
        activity: @escaping @Sendable () -> UInt64 = { 0 }
    ) {
        state = Mutex(
            SessionState(
                introduction: introduction,
                walltime: walltime,
                idleTimeout: idleTimeout,
                isForOneRun: isForOneRun
            )
        )
        self.parent = parent
        self.logger = logger
        self.activity = activity
        (ended, end) = AsyncStream.makeStream()
    }

    var now: Duration { begun.duration(to: .now) }

    // In the socket's thread.

    /// The socket thread's handler: what to send because of an event.
    func handle(_ event: SocketThread.Event) -> [Message] {
        var messages = messages(because: event)
        guard !messages.isEmpty, let receipt = receipt.withLock({ $0.take() }) else { return messages }
        messages[0] = messages[0].adding(receipt)
        return messages
    }

    private func messages(because event: SocketThread.Event) -> [Message] {
        switch event {
        case .received(let message):
            return perform(message.frames.first.map(receive) ?? [])
        case .woken:
            let reports = state.withLock { $0.takeReports() }
            let finished = perform(state.withLock { $0.endIfDone() })
            return takeOutbox() + reports.map(Message.init) + finished
        case .tick(let unsent):
            if let parent, getppid() != parent { end.yield(.left) }
            let now = now
            let activity = activity()
            return perform(
                state.withLock { $0.tick(at: now, tick: Self.tick, hasUnsent: unsent > 0, activity: activity) }
            )
        case .failed(let error):
            end.yield(.broken("\(error)"))
            return []
        }
    }

    /// Notes what became of the connection, which is made with `key`; each reason why there is none is a line.
    func connectionChanged(_ report: ConnectionReport, key: WorkerKey?) {
        switch report {
        case .established: logger.debug("connected")
        case .lost: logger.notice("the connection is lost; connecting again")
        case .refused(let why, let endpoint):
            logger.error("\(endpoint.map { "\($0): " } ?? "")\(why.advice(connectingWith: key))")
        case .missing(let obstacles, let elapsed):
            let seconds = elapsed / .seconds(1)
            let time = seconds >= 1 ? " for \(HumanText.span(seconds: seconds))" : ""
            let reasons = obstacles.map { $0.advice(connectingWith: key) }.joined(separator: "; ")
            logger.warning("not connected\(time): \(reasons); trying again")
            return
        }
        _ = perform(state.withLock { $0.connection(isThere: report == .established) })
    }

    private func receive(_ bytes: [UInt8]) -> [SessionState.Effect] {
        do {
            let message = try CoordinatorMessage(decoding: bytes)
            if let number = WireReceipt.read(in: bytes) { receipt.withLock { $0 = number } }
            let now = now
            return state.withLock { $0.receive(message, at: now) }
        } catch .incompatible(let theirs) {
            return [.end(.refused("\(WireError.incompatible(theirs: theirs))"))]
        } catch {
            return [.log(.warning, "dropped a message: \(error)")]
        }
    }

    private func takeOutbox() -> [Message] {
        outbox.withLock { outbox in
            defer { outbox = [] }
            return outbox
        }
    }

    /// Does what is to be done; returns what is to be sent.
    private func perform(_ effects: [SessionState.Effect]) -> [Message] {
        effects.compactMap { effect in
            switch effect {
            case .send: return effect.message
            case .log(let level, let message): logger.log(level: level, message)
            case .work: hasWork.signal()
            case .fetch(let event): inbox.post(event)
            case .uploadEnded: uploadEnded.signal()
            case .end(let ending): end.yield(ending)
            }
            return nil
        }
    }

    // In other threads, which wake the socket's thread when that is wanted.

    /// Something for the engine to do.
    enum Work {
        case shard(Assignment)
        case training(TrainingAssignment)
    }

    /// Waits until there is work for the engine, which counts as running from then; shards go before a training.
    func next(_ wake: () -> Void) -> Work {
        while true {
            let now = now
            var next: Work?
            change(wake) { state in
                let (assignment, effects) = state.next(at: now)
                next = assignment.map { .shard($0) } ?? state.nextTraining().map { .training($0) }
                return effects
            }
            if let next { return next }
            hasWork.wait()
        }
    }

    /// Notes how far the running attempt is; returns whether the rest is wanted.
    func progress(_ images: Int) -> Bool { state.withLock { $0.progress(images) } }

    /// Keeps a result until it is acknowledged; returns whether to wake the socket's thread.
    func finish(_ table: ResultTable) -> Bool {
        let now = now
        return state.withLock { $0.finish(table, at: now) }
    }

    /// Reports why the running attempt gave nothing; returns whether to wake the socket's thread.
    func fail(_ failure: ShardFailure) -> Bool { state.withLock { $0.fail(failure) } }

    /// Ends the running attempt without a result; returns whether to wake the socket's thread.
    func giveUp() -> Bool { state.withLock { $0.giveUp() } }

    /// The running attempt has a file that it waited for.
    func beginComputing() {
        let now = now
        state.withLock { $0.beginComputing(at: now) }
    }

    /// Whether the running attempt is worth waiting for a file.
    var mayFetch: Bool { state.withLock { $0.mayFetch } }

    /// Has messages sent by the socket's thread.
    func post(_ messages: [Message], _ wake: () -> Void) {
        guard !messages.isEmpty else { return }
        outbox.withLock { $0 += messages }
        wake()
    }

    /// Takes no more work and leaves when what is running is recorded, after `grace` at the latest.
    func leave(because reason: String, grace: Duration, _ wake: () -> Void) {
        let now = now
        change(wake) { $0.leave(because: reason, by: now + grace, at: now) }
    }

    /// What to send before leaving: everything that is not computed goes back.
    ///
    /// That includes what other threads have left and the socket's thread has not taken: it may not wake again.
    func farewell(_ reason: String) -> [Message] {
        takeOutbox() + state.withLock { $0.farewell(reason) }.map(Message.init)
    }

    /// Looks at the state.
    func withState<Value: Sendable>(_ body: (SessionState) -> Value) -> Value { state.withLock { body($0) } }

    /// Changes the state outside the socket's thread, and does what is to be done because of it.
    ///
    /// Messages are left while the state is locked: the socket's thread may end the session because of the new state at
    /// once, and whoever hears of the end takes along what is there by then.
    func change(_ wake: () -> Void, _ body: (inout SessionState) -> [SessionState.Effect]) {
        let (isSilent, others) = state.withLock { state in
            let effects = body(&state)
            let messages = effects.compactMap(\.message)
            outbox.withLock { $0 += messages }
            return (messages.isEmpty, effects.filter { !$0.isMessage })
        }
        _ = perform(others)
        if !isSilent { wake() }
    }
}

extension SessionState.Effect {
    fileprivate var isMessage: Bool { if case .send = self { true } else { false } }

    /// What is to be sent.
    fileprivate var message: Message? {
        guard case .send(let message) = self else { return nil }
        return Message(message)
    }
}

extension Message {
    init(_ message: WorkerMessage) {
        self.init(message.encoded())
    }

    /// The message with the number of a large one that was read.
    fileprivate func adding(_ receipt: UInt64) -> Message {
        Message(frames.first.map { WireReceipt.adding(receipt, to: $0) } ?? [])
    }
}
