// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Testing
import Vocabulary
import WireProtocol
import ZeroMQ

@testable import Worker

/// The worker's side of the conversation, told of the socket's events by hand.
@Suite("WorkerSession", .timeLimit(.minutes(1)))
struct WorkerSessionTests {
    private let session: WorkerSession

    init() throws {
        session = WorkerSession(
            introduction: try Samples.hello(),
            parent: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func receive(_ message: CoordinatorMessage) throws -> [WorkerMessage] {
        try decoded(session.handle(.received(Message(message.encoded()))))
    }

    private func decoded(_ messages: [Message]) throws -> [WorkerMessage] {
        try messages.map { try WorkerMessage(decoding: $0.frames[0]) }
    }

    @Test("a result is kept, and sent again after every welcome, until it is acknowledged")
    func keepsResults() throws {
        #expect(try receive(Samples.welcome()) == [])
        #expect(try receive(.assign([Samples.assignment(1)])) == [])
        guard case .shard(let assignment) = session.next({}) else {
            Issue.record("no shard")
            return
        }
        #expect(try assignment.attempt == Samples.attempt(1))
        #expect(session.finish(Samples.table))
        for messages in [try decoded(session.handle(.woken)), try receive(Samples.welcome(epoch: 2))] {
            guard case .results(let results) = try #require(messages.first) else {
                Issue.record("sent \(messages)")
                return
            }
            #expect(messages.count == 1)
            #expect(results.map(\.attempt) == [try Samples.attempt(1)])
            #expect(results.map(\.table) == [Samples.table])
        }
        #expect(try decoded(session.handle(.woken)) == [])
        #expect(try receive(.acknowledge([Samples.attempt(1)])) == [])
        #expect(try receive(Samples.welcome(epoch: 3)) == [])
    }

    @Test("many small results go as one message, for one wake-up")
    func batches() throws {
        _ = try receive(Samples.welcome())
        _ = try receive(.assign((1...1000).map { try Samples.assignment($0) }))
        var wakes = 0
        for _ in 1...1000 {
            _ = session.next {}
            wakes += session.finish(Samples.table) ? 1 : 0
        }
        #expect(wakes == 1)
        let messages = try decoded(session.handle(.woken))
        guard case .results(let results) = try #require(messages.first) else { return }
        #expect(messages.count == 1)
        #expect(results.map(\.attempt.attempt) == Array(1...1000))
        _ = try receive(.assign([Samples.assignment(1001)]))
        _ = session.next {}
        #expect(session.finish(Samples.table))
    }

    @Test("a refusal for good ends the session with its reason")
    func refusal() async throws {
        _ = try receive(.refuse(Refusal(.numerics, text: "other numbers")))
        for await ending in session.ended {
            #expect(ending == .refused("other numbers"))
            return
        }
    }

    @Test("bytes that are no message are dropped")
    func garbage() {
        #expect(session.handle(.received(Message([1, 2, 3]))).isEmpty)
        #expect(session.handle(.received(Message(frames: []))).isEmpty)
    }

    @Test("an end that the engine's thread brings about takes its messages along, though the socket's thread sleeps")
    func endFromAnotherThread() async throws {
        _ = try receive(Samples.welcome())
        _ = try receive(.assign([Samples.assignment(1)]))
        session.leave(because: "of a test", grace: .seconds(60)) {}
        for await ending in session.ended {
            #expect(ending == .left)
            break
        }
        let messages = try decoded(session.farewell("tired"))
        #expect(messages.contains(.handBack([try Samples.attempt(1)])))
        #expect(messages.last == .goodbye(reason: "tired"))
    }

    @Test("what goes back is never lost, however the last acknowledgement and the wish to leave interleave")
    func leavingRacesAcknowledgement() async throws {
        var lost = 0
        for _ in 0..<2000 {
            let session = WorkerSession(
                introduction: try Samples.hello(),
                parent: nil,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            func receive(_ message: CoordinatorMessage) -> [Message] {
                session.handle(.received(Message(message.encoded())))
            }
            _ = receive(Samples.welcome())
            _ = receive(.assign([try Samples.assignment(1), try Samples.assignment(2)]))
            _ = session.next {}
            _ = session.finish(Samples.table)
            _ = session.handle(.woken)
            let leaving = Thread { session.leave(because: "of a test", grace: .seconds(60)) {} }
            leaving.start()
            var sent = receive(.acknowledge([try Samples.attempt(1)]))
            for await _ in session.ended.prefix(1) {}
            sent += session.farewell("tired")
            lost += try decoded(sent).contains(.handBack([try Samples.attempt(2)])) ? 0 : 1
        }
        #expect(lost == 0)
    }

    @Test("what was not computed goes back when the worker leaves")
    func farewell() throws {
        _ = try receive(Samples.welcome())
        _ = try receive(.assign([Samples.assignment(1), Samples.assignment(2)]))
        _ = session.next {}
        #expect(
            try decoded(session.farewell("tired"))
                == [.handBack([try Samples.attempt(1), try Samples.attempt(2)]), .goodbye(reason: "tired")]
        )
    }
}
