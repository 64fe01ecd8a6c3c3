// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Keyring
import Synchronization
import WireProtocol
import ZeroMQ

/// Why a connection was turned away, or does not come about, as the socket's thread learns it.
private final class Refusals: Sendable {
    private let text = Mutex<String?>(nil)

    var latest: String? { text.withLock { $0 } }

    func note(_ report: ConnectionReport, key: WorkerKey?) {
        switch report {
        case .established: text.withLock { $0 = nil }
        case .lost: break
        case .refused(let why, _): text.withLock { $0 = why.advice(connectingWith: key) }
        case .missing(let obstacles, _):
            let reasons = obstacles.map { $0.advice(connectingWith: key) }.joined(separator: "; ")
            text.withLock { $0 = reasons }
        }
    }

    /// Waits until a reason is known; without one, until its task is cancelled.
    ///
    /// It looks now and then: a stream ends for good with the first task that waits for it and is cancelled.
    func awaitReason() async {
        while latest == nil, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
    }
}

/// One request at a time to a coordinator, each answered or given up.
final class ClientExchange: Sendable {
    /// How long an answer may take.
    private let patience: Duration

    private let endpoint: EndpointList
    private let answers: AsyncStream<Message>
    private let thread: SocketThread

    private let refusals: Refusals
    /// The number of the last large answer, which the next request repeats.
    private let receipt = Mutex<UInt64?>(nil)

    init(_ coordinator: CoordinatorAccess, patience: Duration = .seconds(10)) throws {
        let (endpoint, key) = (coordinator.endpoints, coordinator.key)
        self.endpoint = endpoint
        self.patience = patience
        let refusals = Refusals()
        self.refusals = refusals
        let (answers, arrived) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .bufferingNewest(4))
        self.answers = answers
        var options = SocketOptions()
        options.security = key?.security ?? .none
        options.connectionTimeout = .seconds(3)
        do {
            thread = try SocketThread(
                connectingTo: endpoint,
                context: Context(),
                options: options,
                tick: patience,
                connection: { refusals.note($0, key: key) },
                handler: { event in
                    if case .received(let message) = event { arrived.yield(message) }
                    return []
                }
            )
        } catch {
            throw CommandFailure.usage("--connect \(endpoint): \(error)")
        }
    }

    /// How the run stands.
    func snapshot(_ request: SnapshotRequest) async throws -> Snapshot {
        switch try await ask(.snapshot(request)) {
        case .snapshot(let snapshot): return snapshot
        case .refuse(let refusal): throw CommandFailure.failed("\(endpoint): \(refusal.text)")
        default: throw CommandFailure.failed("\(endpoint): answered something else than a snapshot")
        }
    }

    /// What became of a command; one that is not granted throws the coordinator's reason.
    func control(_ command: ControlRequest.Command, run: String?) async throws -> ControlReply {
        let request = ControlRequest(command, number: .random(in: .min ... .max), run: run)
        switch try await ask(.control(request)) {
        case .controlReply(let reply) where reply.number == request.number && reply.isAccepted: return reply
        case .controlReply(let reply): throw CommandFailure.failed("\(endpoint): \(reply.text)")
        case .refuse(let refusal): throw CommandFailure.failed("\(endpoint): \(refusal.text)")
        default: throw CommandFailure.failed("\(endpoint): answered something else than was asked")
        }
    }

    private func ask(_ message: ClientMessage) async throws -> CoordinatorMessage {
        var bytes = message.encoded()
        if let receipt = receipt.withLock({ $0.take() }) { bytes = WireReceipt.adding(receipt, to: bytes) }
        _ = thread.send(Message(bytes))
        guard let answer = await firstAnswer(), let bytes = answer.frames.first else {
            let reason = refusals.latest ?? "no answer within \(patience); is a coordinator listening there?"
            throw CommandFailure.failed("\(endpoint): \(reason)")
        }
        if let number = WireReceipt.read(in: bytes) { receipt.withLock { $0 = number } }
        return try CoordinatorMessage(decoding: bytes)
    }

    private func firstAnswer() async -> Message? {
        await withTaskGroup(of: Message?.self) { group in
            group.addTask { [answers] in
                for await message in answers { return message }
                return nil
            }
            // Whoever asks is told at once of a name that is unknown, a closed port, or a key that is not allowed.
            if endpoint.endpoints.count == 1 {
                group.addTask { [refusals] in
                    await refusals.awaitReason()
                    return nil
                }
            }
            group.addTask { [patience] in
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
