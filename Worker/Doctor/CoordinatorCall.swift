// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Keyring
import WireProtocol
import ZeroMQ

/// One conversation with a coordinator: whether it would have somebody, who goes again at once.
struct CoordinatorCall {
    /// How it went.
    enum Answer {
        /// It would: its run, how long the handshake took, and its answer.
        case welcome(run: String, handshake: Duration, reply: Duration)
        /// It would not, for this reason.
        case refusal(String)
        /// There was no conversation.
        case handshake(HandshakeFailure)
        /// Nothing was said within the time for it.
        case silence(isConnected: Bool)
        /// Something else is wrong.
        case failure(String)
    }

    private enum Heard {
        case report(ConnectionReport)
        case message([UInt8])
    }

    /// How long all of it may take.
    private static let patience: Duration = .seconds(12)

    private let endpoint: String
    private let key: WorkerKey?
    private let question: [UInt8]

    /// A call at `endpoint` with the key that `coordinator` has.
    ///
    /// A worker asks whether it would be welcome; a viewer or an operator how the run stands.
    init(_ endpoint: String, _ coordinator: CoordinatorAccess, _ introduction: Hello) {
        self.endpoint = endpoint
        key = coordinator.key
        var hello = introduction
        hello.onlyAsks = true
        question =
            coordinator.role ?? .worker == .worker
            ? WorkerMessage.hello(hello).encoded() : ClientMessage.snapshot(SnapshotRequest()).encoded()
    }

    func answer() async -> Answer {
        do {
            return try await converse()
        } catch {
            return .failure("\(error)")
        }
    }

    private func converse() async throws -> Answer {
        let (stream, heard) = AsyncStream.makeStream(of: Heard.self)
        var options = SocketOptions()
        options.security = key?.security ?? .none
        options.onlyConnected = true
        options.handshakeTimeout = Self.patience / 2
        let begun = ContinuousClock.now
        let thread = try SocketThread(
            connectingTo: endpoint,
            context: Context(),
            options: options,
            tick: .seconds(1),
            connection: { heard.yield(.report($0)) },
            handler: { event in
                if case .received(let message) = event, let bytes = message.frames.first {
                    heard.yield(.message(bytes))
                }
                return []
            }
        )
        defer { thread.stop() }
        let end = Task {
            try? await Task.sleep(for: Self.patience)
            heard.finish()
        }
        defer { end.cancel() }
        var connected: ContinuousClock.Instant?
        for await event in stream {
            switch event {
            case .report(.established):
                connected = .now
                _ = thread.send(Message(question))
            case .report(.refused(let why, _)): return .handshake(why)
            case .report: break
            case .message(let bytes):
                let (handshake, reply) = (begun.duration(to: connected ?? .now), (connected ?? .now).duration(to: .now))
                guard let answer = Self.answer(bytes, handshake, reply) else { continue }
                _ = thread.send(Message(WorkerMessage.goodbye(reason: "it only asked").encoded()))
                return answer
            }
        }
        return .silence(isConnected: connected != nil)
    }

    /// What a coordinator's message says; nil for what is no answer.
    private static func answer(_ bytes: [UInt8], _ handshake: Duration, _ reply: Duration) -> Answer? {
        do throws(WireError) {
            switch try CoordinatorMessage(decoding: bytes) {
            case .welcome(let welcome): return .welcome(run: welcome.run, handshake: handshake, reply: reply)
            case .snapshot(let snapshot): return .welcome(run: snapshot.run, handshake: handshake, reply: reply)
            case .refuse(let refusal): return .refusal(refusal.text)
            default: return nil
            }
        } catch {
            return .refusal("\(error)")
        }
    }
}
