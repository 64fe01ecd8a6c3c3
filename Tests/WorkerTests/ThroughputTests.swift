// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Logs
import Testing
import Vocabulary
import WireProtocol
import ZeroMQ

@testable import Worker

/// Shards of one image that cost nothing, through a worker's session over a real socket.
@Suite("throughput", .timeLimit(.minutes(2)))
struct ThroughputTests {
    private static let shards = 30_000
    private static let credit = 2048
    private static let batch = 256

    private struct Tally {
        var assigned = 0
        var results = 0
        var messages = 0
        var seen: Set<UInt32> = []
    }

    @Test("30,000 shards of one image arrive once each, in far fewer messages, and are acknowledged")
    func flood() async throws {
        let context = try Context()
        var router = try Socket(.router, context: context)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let session = WorkerSession(introduction: try Samples.hello(), parent: nil, logger: logger)
        let thread = try SocketThread(
            connectingTo: endpoint,
            context: context,
            tick: WorkerSession.tick,
            connection: { session.connectionChanged($0, key: nil) },
            handler: { session.handle($0) }
        )
        EngineThread(session: session, log: LogTail(limit: 1), logger: logger, wake: { thread.wake() }).start {
            (
                score: { assignment, _ in
                    ResultTable(indices: assignment.spec.indices, columns: [.init(name: "bpd", values: [1])])
                },
                train: { _ in .done }
            )
        }
        var tally = Tally()
        var begun = ContinuousClock.now
        let deadline = ContinuousClock.now + .seconds(60)
        while tally.results < Self.shards, .now < deadline {
            _ = try router.poll(timeout: .seconds(1))
            while let message = try router.receive() {
                if tally.assigned == 0 { begun = .now }
                let answers = try Self.answer(try WorkerMessage(decoding: message.frames[1]), &tally)
                for answer in answers { _ = try router.send(Message(to: message.frames[0], answer.encoded())) }
            }
        }
        let rate = Double(Self.shards) / (begun.duration(to: .now) / .seconds(1))
        print("one session: \(Int(rate)) shards a second, \(Self.shards / max(tally.messages, 1)) in a message")
        #expect(tally.seen.count == Self.shards && tally.results == Self.shards)
        #expect(tally.messages < Self.shards / 10)
        thread.stop()
    }

    private static func answer(_ message: WorkerMessage, _ tally: inout Tally) throws -> [CoordinatorMessage] {
        switch message {
        case .hello:
            return [Samples.welcome()] + (try (0..<credit / batch).flatMap { _ in try work(batch, &tally) })
        case .results(let results):
            tally.messages += 1
            tally.results += results.count
            tally.seen.formUnion(results.map(\.attempt.attempt))
            return [.acknowledge(results.map(\.attempt))] + (try work(results.count, &tally))
        default: return []
        }
    }

    private static func work(_ count: Int, _ tally: inout Tally) throws -> [CoordinatorMessage] {
        let new = tally.assigned..<min(tally.assigned + count, shards)
        tally.assigned = new.upperBound
        return CoordinatorMessage.batches(assigning: try new.map { try Samples.assignment(UInt32($0 + 1), images: 1) })
    }
}
