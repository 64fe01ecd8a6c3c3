// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Kernels
import Keyring
import Synchronization
import Vocabulary
import WireProtocol
import ZeroMQ

/// A connection to a coordinator that says whatever a test wants, as whoever it claims to be.
final class HostilePeer: Sendable {
    /// What it calls itself.
    let identity: WorkerIdentity

    private static let numerics = NumericsIdentity(measuredWith: KernelSet(.portable))
    private let inbox: Inbox
    private let thread: SocketThread

    /// Connects; with a key file where the coordinator asks for one.
    init(_ endpoint: String, key: String? = nil, identity: WorkerIdentity? = nil) throws {
        var random = SystemRandomNumberGenerator()
        self.identity = identity ?? WorkerIdentity(using: &random)
        let inbox = Inbox()
        self.inbox = inbox
        var options = SocketOptions()
        if let key { options.security = try WorkerKey(contentsOf: key).security }
        thread = try SocketThread(
            connectingTo: endpoint,
            context: Context(),
            options: options,
            tick: .seconds(1),
            mailboxLimit: 1_000_000,
            connection: { if case .refused(let why) = $0 { inbox.note("\(why)") } },
            handler: { event in
                if case .received(let message) = event { inbox.take(message) }
                return []
            }
        )
    }

    /// What the coordinator has said so far, without what could not be read.
    var messages: [CoordinatorMessage] { inbox.messages }

    /// Why the connection was turned away, where it was.
    var refusals: [String] { inbox.refusals }

    /// Says something that a worker says.
    func say(_ message: WorkerMessage) { say(message.encoded()) }

    /// Says something that a client says.
    func say(_ message: ClientMessage) { say(message.encoded()) }

    /// Says any bytes.
    func say(_ bytes: [UInt8]) { _ = thread.send(Message(bytes)) }

    /// Introduces itself as a worker whose numerics are right.
    func sayHello(
        host: String = "elsewhere",
        process: UInt32 = 1,
        change: (inout Hello) -> Void = { _ in }
    ) throws {
        let numerics = Self.numerics
        var hello = Hello(
            software: "hostile",
            numericsVersion: NumericsIdentity.version,
            numericsFingerprint: numerics.fingerprint,
            worker: identity,
            host: host,
            process: process,
            threads: 1,
            instructionSet: "avx2"
        )
        change(&hello)
        say(.hello(hello))
    }

    /// The first message, from the `skipped`-th on, that `choose` takes; nil when none came within `seconds`.
    func first<Value>(
        within seconds: Double = 10,
        skipping skipped: Int = 0,
        _ choose: (CoordinatorMessage) -> Value?
    ) async throws -> Value? {
        let limit = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < limit {
            for message in messages.dropFirst(skipped) {
                if let value = choose(message) { return value }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// Closes the connection.
    func leave() { thread.stop() }
}

/// What came in at a ``HostilePeer``.
private final class Inbox: Sendable {
    private struct State {
        var messages: [CoordinatorMessage] = []
        var refusals: [String] = []
    }

    private let state = Mutex(State())

    var messages: [CoordinatorMessage] { state.withLock { $0.messages } }
    var refusals: [String] { state.withLock { $0.refusals } }

    func note(_ refusal: String) { state.withLock { $0.refusals.append(refusal) } }

    func take(_ message: Message) {
        guard let bytes = message.frames.first, let read = try? CoordinatorMessage(decoding: bytes) else { return }
        state.withLock { $0.messages.append(read) }
    }
}
