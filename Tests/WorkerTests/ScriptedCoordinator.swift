// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Vocabulary
import WireProtocol
import ZeroMQ

/// A coordinator of which a test says every word: a router in a thread of its own.
///
/// It welcomes whoever says hello, is deaf to who has not, and hands out the files it was given; all else is the test's.
final class ScriptedCoordinator: Sendable {
    /// A worker's message and the connection that it came over.
    struct Received: Sendable {
        let message: WorkerMessage
        let route: [UInt8]
    }

    private struct State {
        var received: [Received] = []
        var outgoing: [Message] = []
        var isStopping = false
    }

    /// Where it listens.
    let endpoint: String

    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let epoch: UInt64
    private let files: [Digest: [UInt8]]
    /// Requests for files that are answered; the rest is not heard.
    private let answeredRequests: Int
    private let stopped = DispatchSemaphore(value: 0)

    /// Listens on a free port of loopback unless told which; `lies` are handed out for files of other digests.
    init(
        _ endpoint: String = "tcp://127.0.0.1:*",
        epoch: UInt64 = 1,
        files: [[UInt8]] = [],
        lies: [Digest: [UInt8]] = [:],
        answeredRequests: Int = .max
    ) throws {
        self.epoch = epoch
        self.files = lies.merging(files.map { (Digest(of: $0), $0) }) { $1 }
        self.answeredRequests = answeredRequests
        wakeup = try Wakeup()
        let bound = Mutex<Result<String, any Error>?>(nil)
        let isBound = DispatchSemaphore(value: 0)
        let run = Mutex<(@Sendable (consuming Socket) throws -> Void)?>(nil)
        let thread = Thread {
            do {
                let socket = try Socket(.router, context: Context())
                let endpoint = try socket.bind(endpoint)
                bound.withLock { $0 = .success(endpoint) }
                isBound.signal()
                while true {
                    guard let body = run.withLock({ $0 }) else {
                        Thread.sleep(forTimeInterval: 0.001)
                        continue
                    }
                    return try body(socket)
                }
            } catch {
                bound.withLock { $0 = $0 ?? .failure(error) }
                isBound.signal()
            }
        }
        thread.start()
        isBound.wait()
        self.endpoint = try bound.withLock { try $0?.get() ?? "" }
        run.withLock { $0 = { [self] in try serve($0) } }
    }

    /// Everything that workers said.
    var received: [Received] { state.withLock { $0.received } }
    var messages: [WorkerMessage] { received.map(\.message) }
    /// Every result, in the order of its arrival.
    var results: [ShardResult] {
        messages.flatMap { message -> [ShardResult] in
            guard case .results(let results) = message else { return [] }
            return results
        }
    }
    var failures: [ShardFailure] {
        messages.compactMap { message -> ShardFailure? in
            guard case .failure(let failure) = message else { return nil }
            return failure
        }
    }
    /// Offsets of the parts of files that were asked for.
    var requests: [ArtifactRequest] {
        messages.compactMap { message -> ArtifactRequest? in
            guard case .artifactRequest(let request) = message else { return nil }
            return request
        }
    }
    var handedBack: [AttemptIdentity] {
        messages.flatMap { message -> [AttemptIdentity] in
            guard case .handBack(let attempts) = message else { return [] }
            return attempts
        }
    }
    var hasGoodbye: Bool { messages.contains { if case .goodbye = $0 { true } else { false } } }

    /// The routes of the workers that said hello, in that order.
    var routes: [[UInt8]] {
        received.compactMap { if case .hello = $0.message { $0.route } else { nil } }
    }

    /// Says something to the worker that said hello last, unless another one is named.
    func send(_ message: CoordinatorMessage, to route: [UInt8]? = nil) {
        guard let route = route ?? routes.last else { return }
        state.withLock { $0.outgoing.append(Message(to: route, message.encoded())) }
        wakeup.signal()
    }

    /// Waits until `condition` holds; false when it does not within `limit`.
    func wait(_ limit: Duration = .seconds(40), until condition: (ScriptedCoordinator) -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while !condition(self), .now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        return condition(self)
    }

    /// Vanishes without a word.
    func stop() {
        state.withLock { $0.isStopping = true }
        wakeup.signal()
        stopped.wait()
    }

    private func serve(_ socket: consuming Socket) throws {
        var socket = socket
        var answered = 0
        var known: Set<[UInt8]> = []
        while !state.withLock({ $0.isStopping }) {
            let outgoing = state.withLock { state in
                defer { state.outgoing = [] }
                return state.outgoing
            }
            for message in outgoing { _ = try socket.send(message) }
            _ = try socket.poll(wakeup: wakeup, timeout: .milliseconds(100))
            while let message = try socket.receive() {
                guard let said = try? WorkerMessage(decoding: message.frames[1]) else { continue }
                if case .hello = said { known.insert(message.frames[0]) }
                guard known.contains(message.frames[0]) else {
                    let refusal = CoordinatorMessage.refuse(Refusal(.unknownPeer, text: "who?"))
                    _ = try socket.send(Message(to: message.frames[0], refusal.encoded()))
                    continue
                }
                state.withLock { $0.received.append(Received(message: said, route: message.frames[0])) }
                guard let answer = answer(said, &answered) else { continue }
                _ = try socket.send(Message(to: message.frames[0], answer.encoded()))
            }
        }
        _ = consume socket
        stopped.signal()
    }

    private func answer(_ message: WorkerMessage, _ answered: inout Int) -> CoordinatorMessage? {
        switch message {
        case .hello:
            return .welcome(Welcome(run: "scripted", epoch: epoch, heartbeatInterval: .milliseconds(500)))
        case .heartbeat: return .heartbeat(CoordinatorHeartbeat(epoch: epoch))
        case .artifactRequest(let request):
            guard answered < answeredRequests else { return nil }
            answered += 1
            guard let file = files[request.digest] else {
                return .artifactRefusal(ArtifactRefusal(digest: request.digest, reason: "no such file"))
            }
            let part = file[min(request.offset, file.count)..<min(request.offset + request.length, file.count)]
            return .artifactChunk(
                ArtifactChunk(
                    digest: request.digest,
                    offset: request.offset,
                    totalBytes: file.count,
                    bytes: Array(part)
                )
            )
        default: return nil
        }
    }
}
