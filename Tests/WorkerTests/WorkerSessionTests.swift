// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import SweepPlan
import Testing
import WireProtocol
import ZeroMQ

@testable import Worker

/// The worker's side of the conversation, told of events by hand.
@Suite("WorkerSession")
struct WorkerSessionTests {
    private let session: WorkerSession
    private let identity: WorkerIdentity

    init() throws {
        identity = try #require(WorkerIdentity(bytes: Array(1...16)))
        let hello = Hello(
            software: "test",
            numericsVersion: 1,
            numericsFingerprint: "f",
            worker: identity,
            host: "here",
            process: 1,
            threads: 1,
            instructionSet: "avx2"
        )
        session = WorkerSession(
            introduction: hello,
            parent: nil,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func receive(_ message: CoordinatorMessage) throws -> [WorkerMessage] {
        try session.handle(.received(Message(message.encoded()))).map { try WorkerMessage(decoding: $0.frames[0]) }
    }

    private func attempt(_ number: UInt32) throws -> AttemptIdentity {
        let cell = try #require(CellID(bytes: [UInt8](repeating: 7, count: 16)))
        return AttemptIdentity(shard: Shard(cell: cell, lower: 0, upper: 2), attempt: number, epoch: 1)
    }

    private func assignment(_ number: UInt32) throws -> Assignment {
        Assignment(
            attempt: try attempt(number),
            model: .init(name: "m", checkpoint: "/m", digest: Digest(of: [1]), conditioning: .label),
            dataset: .init(name: "d", source: .builtin("glyphs"), split: "test", digest: Digest(of: [2])),
            transform: .identity,
            seed: 0,
            indices: [3, 4]
        )
    }

    private func result(_ number: UInt32) throws -> ShardResult {
        let table = ResultTable(indices: [3, 4], columns: [.init(name: "bpd", values: [1, 2])])
        return ShardResult(attempt: try attempt(number), table: table, computeSeconds: 1)
    }

    private func welcome(epoch: UInt64 = 1) throws -> [WorkerMessage] {
        try receive(.welcome(Welcome(run: "r", epoch: epoch, heartbeatInterval: .seconds(2))))
    }

    @Test("a result is kept, and sent again after every welcome, until it is acknowledged")
    func keepsResults() throws {
        #expect(try welcome() == [])
        #expect(try receive(.assign(assignment(1))) == [])
        #expect(session.next()?.attempt == (try attempt(1)))
        _ = session.finish(try result(1))
        #expect(try welcome(epoch: 2) == [.result(result(1))])
        #expect(try receive(.acknowledge([attempt(1)])) == [])
        #expect(try welcome(epoch: 3) == [])
    }

    @Test("a coordinator that does not know the worker is told what it holds")
    func helloAgain() throws {
        _ = try welcome()
        _ = try receive(.assign(assignment(1)))
        _ = try receive(.assign(assignment(2)))
        _ = session.next()
        _ = session.finish(try result(1))
        _ = session.next()
        let answer = try receive(.refuse(Refusal(.unknownPeer, text: "who?")))
        guard case .hello(let hello) = try #require(answer.first) else {
            Issue.record("said \(answer) instead of hello")
            return
        }
        #expect(hello.worker == identity)
        #expect(hello.unacknowledged == [try attempt(1)])
        #expect(hello.inFlight == [try attempt(2)])
    }

    @Test("a heartbeat of another life of the coordinator is answered with hello")
    func newEpoch() throws {
        _ = try welcome(epoch: 4)
        #expect(try receive(.heartbeat(CoordinatorHeartbeat(epoch: 4))) == [])
        let answer = try receive(.heartbeat(CoordinatorHeartbeat(epoch: 5)))
        guard case .hello = answer.first else {
            Issue.record("said \(answer) instead of hello")
            return
        }
    }

    @Test("only attempts that are not begun are handed back")
    func retract() throws {
        _ = try welcome()
        for number in 1...3 { _ = try receive(.assign(assignment(UInt32(number)))) }
        _ = session.next()
        #expect(try receive(.retract([attempt(1), attempt(3)])) == [.handBack([attempt(3)])])
        #expect(session.next()?.attempt == (try attempt(2)))
        #expect(session.next() == nil)
    }

    @Test("an acknowledged attempt that is still waiting is dropped")
    func acknowledgedWhileWaiting() throws {
        _ = try welcome()
        _ = try receive(.assign(assignment(1)))
        _ = try receive(.acknowledge([attempt(1)]))
        #expect(session.next() == nil)
    }

    @Test("a heartbeat between two attempts is one that a coordinator can read")
    func heartbeatWhenIdle() throws {
        var state = WorkerState()
        state.running = try attempt(1)
        state.imagesDone = 2
        #expect(state.heartbeat.imagesDone == 2)
        state.running = nil
        let bytes = WorkerMessage.heartbeat(state.heartbeat).encoded()
        #expect(try WorkerMessage(decoding: bytes) == .heartbeat(WorkerHeartbeat()))
    }

    @Test("a refusal for good ends the session with its reason")
    func refusal() async throws {
        _ = try receive(.refuse(Refusal(.numerics, text: "other numbers")))
        for await ending in session.ended {
            guard case .refused("other numbers") = ending else {
                Issue.record("ended with \(ending)")
                return
            }
            return
        }
    }

    @Test("bytes that are no message are dropped")
    func garbage() {
        #expect(session.handle(.received(Message([1, 2, 3]))).isEmpty)
        #expect(session.handle(.received(Message(frames: []))).isEmpty)
    }

    @Test("what was not computed goes back when the worker leaves")
    func farewell() throws {
        _ = try welcome()
        _ = try receive(.assign(assignment(1)))
        let messages = try session.farewell().map { try WorkerMessage(decoding: $0.frames[0]) }
        #expect(messages == [.handBack([try attempt(1)]), .goodbye(reason: "the worker stops")])
    }
}
