// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting
import SweepPlan
import WireProtocol
import ZeroMQ

/// Follows a run by asking its coordinator.
struct CoordinatorTail: TailSource {
    private let endpoint: String
    private let run: String?
    private let exchange: ClientExchange

    init(_ endpoint: String, run: String?) throws {
        self.endpoint = endpoint
        self.run = run
        exchange = try ClientExchange(endpoint)
    }

    mutating func next() async throws -> TailState {
        var rows: [StatisticsRow] = []
        while true {
            let request = SnapshotRequest(run: run, firstRow: rows.count)
            let snapshot = try await exchange.snapshot(request)
            rows += snapshot.rows
            guard !snapshot.rows.isEmpty, rows.count < snapshot.rowCount else { return TailState(snapshot, rows: rows) }
        }
    }
}

extension TailState {
    fileprivate init(_ snapshot: Snapshot, rows: [StatisticsRow]) {
        self.init(
            run: snapshot.run,
            sweep: snapshot.sweep,
            state: snapshot.state.rawValue,
            isGoingOn: snapshot.state == .running || snapshot.state == .paused,
            progress: ProgressLine(
                doneImages: snapshot.imagesDone,
                images: snapshot.images,
                imagesPerSecond: snapshot.imagesPerSecond > 0 ? snapshot.imagesPerSecond : nil,
                remaining: snapshot.remainingSeconds.map { .seconds($0) },
                workers: snapshot.workerCount,
                doneCells: snapshot.cellsDone,
                cells: snapshot.cells,
                failedShards: snapshot.failedShards
            ),
            rows: rows.map(DistributionRow.init)
        )
    }
}

/// One request at a time to a coordinator, each answered or given up.
final class ClientExchange: Sendable {
    /// How long an answer may take.
    private static let patience: Duration = .seconds(10)

    private let endpoint: String
    private let answers: AsyncStream<Message>
    private let thread: SocketThread

    init(_ endpoint: String) throws {
        self.endpoint = endpoint
        let (answers, arrived) = AsyncStream.makeStream(of: Message.self, bufferingPolicy: .bufferingNewest(4))
        self.answers = answers
        do {
            thread = try SocketThread(connectingTo: endpoint, context: Context(), tick: Self.patience) { event in
                if case .received(let message) = event { arrived.yield(message) }
                return []
            }
        } catch {
            throw CommandFailure.usage("--connect \(endpoint): \(error)")
        }
    }

    func snapshot(_ request: SnapshotRequest) async throws -> Snapshot {
        _ = thread.send(Message(ClientMessage.snapshot(request).encoded()))
        guard let message = await firstAnswer() else {
            throw CommandFailure.failed(
                "\(endpoint): no answer within \(Self.patience); is a coordinator listening there? (coordinator tail --store reads its file)"
            )
        }
        switch try CoordinatorMessage(decoding: message.frames[0]) {
        case .snapshot(let snapshot): return snapshot
        case .refuse(let refusal): throw CommandFailure.failed("\(endpoint): \(refusal.text)")
        default: throw CommandFailure.failed("\(endpoint): answered something else than a snapshot")
        }
    }

    private func firstAnswer() async -> Message? {
        await withTaskGroup(of: Message?.self) { group in
            group.addTask { [answers] in
                for await message in answers { return message }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
