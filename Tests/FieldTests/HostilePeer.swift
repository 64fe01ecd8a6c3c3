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
    /// Whether it shows, as an honest peer does, that it reads large answers.
    private let showsReading: Bool
    private let inbox: Inbox
    private let thread: SocketThread

    /// Connects; with a key file where the coordinator asks for one.
    init(
        _ endpoint: String,
        key: String? = nil,
        identity: WorkerIdentity? = nil,
        showsReading: Bool = false
    ) throws {
        var random = SystemRandomNumberGenerator()
        self.identity = identity ?? WorkerIdentity(using: &random)
        self.showsReading = showsReading
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
            connection: { if case .refused(let why, _) = $0 { inbox.note("\(why)") } },
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
    func say(_ bytes: [UInt8]) {
        let receipt = showsReading ? inbox.receipt : nil
        _ = thread.send(Message(receipt.map { WireReceipt.adding($0, to: bytes) } ?? bytes))
    }

    /// Introduces itself as a worker whose numerics are right.
    func sayHello(
        host: String = "elsewhere",
        process: UInt32 = 1,
        change: (inout Hello) -> Void = { _ in }
    ) throws {
        var hello = Self.hello(identity, host: host, process: process)
        change(&hello)
        say(.hello(hello))
    }

    /// A hello whose numerics are right; of a new identity unless said otherwise.
    static func hello(_ identity: WorkerIdentity? = nil, host: String = "elsewhere", process: UInt32 = 1) -> Hello {
        var random = SystemRandomNumberGenerator()
        return Hello(
            software: "hostile",
            numericsVersion: NumericsIdentity.version,
            numericsFingerprint: numerics.fingerprint,
            worker: identity ?? WorkerIdentity(using: &random),
            host: host,
            process: process,
            threads: 1,
            instructionSet: "avx2"
        )
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
        var receipt: UInt64?
    }

    private let state = Mutex(State())

    var messages: [CoordinatorMessage] { state.withLock { $0.messages } }
    var refusals: [String] { state.withLock { $0.refusals } }

    /// The number of the last large answer.
    var receipt: UInt64? { state.withLock { $0.receipt } }

    func note(_ refusal: String) { state.withLock { $0.refusals.append(refusal) } }

    func take(_ message: Message) {
        guard let bytes = message.frames.first, let read = try? CoordinatorMessage(decoding: bytes) else { return }
        state.withLock { state in
            state.messages.append(read)
            state.receipt = WireReceipt.read(in: bytes) ?? state.receipt
        }
    }
}
