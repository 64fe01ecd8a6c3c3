// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

@testable import Worker

/// What a worker decides, with times and messages made up.
@Suite("SessionState")
struct SessionStateTests {
    private var state: SessionState

    init() throws {
        state = SessionState(introduction: try Samples.hello())
        _ = state.connection(isThere: true)
        _ = state.receive(Samples.welcome(), at: .zero)
    }

    private mutating func assign(_ numbers: ClosedRange<UInt32>, at now: Duration = .zero) throws {
        _ = state.receive(.assign(try numbers.map { try Samples.assignment($0) }), at: now)
    }

    private mutating func begin(at now: Duration = .zero) -> AttemptIdentity? {
        state.next(at: now).assignment?.attempt
    }

    private func attempts(_ numbers: UInt32...) throws -> [AttemptIdentity] {
        try numbers.map { try Samples.attempt($0) }
    }

    @Test("a coordinator that does not know the worker is told what it holds, once")
    mutating func helloAgain() throws {
        try assign(1...2)
        _ = begin()
        _ = state.finish(Samples.table, at: .zero)
        _ = begin()
        let answers = state.receive(.refuse(Refusal(.unknownPeer, text: "who?")), at: .seconds(1)).messages
        guard case .hello(let hello) = try #require(answers.first) else {
            Issue.record("said \(answers) instead of hello")
            return
        }
        #expect(hello.unacknowledged == (try attempts(1)))
        #expect(hello.inFlight == (try attempts(2)))
        #expect(state.receive(.refuse(Refusal(.unknownPeer, text: "who?")), at: .seconds(1)).messages == [])
    }

    @Test("a heartbeat of another life of the coordinator is answered with hello")
    mutating func newEpoch() throws {
        #expect(state.receive(.heartbeat(CoordinatorHeartbeat(epoch: 1)), at: .zero).messages == [])
        let answers = state.receive(.heartbeat(CoordinatorHeartbeat(epoch: 2)), at: .zero).messages
        guard case .hello = answers.first else {
            Issue.record("said \(answers) instead of hello")
            return
        }
    }

    @Test("only attempts that are not begun are handed back")
    mutating func retract() throws {
        try assign(1...3)
        #expect(begin() == (try attempts(1)[0]))
        #expect(state.receive(.retract(try attempts(1, 3)), at: .zero).messages == [.handBack(try attempts(3))])
        #expect(begin() == (try attempts(2)[0]))
        #expect(begin() == nil)
    }

    @Test("an acknowledged attempt that is waiting is dropped, and a running one is stopped and leaves nothing")
    mutating func cancelled() throws {
        try assign(1...2)
        _ = begin()
        let goesOn = [state.progress(1)]
        _ = state.receive(.acknowledge(try attempts(1, 2)), at: .zero)
        #expect(goesOn + [state.progress(1)] == [true, false])
        #expect(begin() == nil)
        _ = state.finish(Samples.table, at: .zero)
        #expect(state.takeReports() == [])
        #expect(state.isIdle)
    }

    @Test("an attempt that is given twice is computed once")
    mutating func twice() throws {
        try assign(1...2)
        try assign(1...2)
        _ = begin()
        try assign(1...1)
        #expect(state.shards.waiting == (try attempts(2)))
    }

    @Test("a failure that no coordinator heard of is in flight for the next, and is told then")
    mutating func failureWhileAway() throws {
        try assign(1...1)
        _ = begin()
        _ = state.receive(.goodbye(reason: "crash"), at: .zero)
        let failure = ShardFailure(attempt: try Samples.attempt(1), kind: .engine, message: "broken", log: ["a line"])
        _ = state.fail(failure)
        #expect(state.takeReports() == [])
        #expect(state.shards.inFlight == (try attempts(1)))
        #expect(state.receive(Samples.welcome(epoch: 2), at: .zero).messages == [.failure(failure)])
    }

    @Test("a heartbeat between two attempts is one that a coordinator can read")
    mutating func heartbeatWhenIdle() throws {
        try assign(1...1)
        _ = begin()
        _ = state.progress(2)
        #expect(state.shards.heartbeat.imagesDone == 2)
        _ = state.giveUp()
        let bytes = WorkerMessage.heartbeat(state.shards.heartbeat).encoded()
        #expect(try WorkerMessage(decoding: bytes) == .heartbeat(WorkerHeartbeat()))
    }

    @Test("hello is said after pauses that double from one to four seconds, shortened by half at most")
    mutating func backOff() throws {
        var silent = SessionState(introduction: try Samples.hello())
        #expect(silent.tick(at: .zero, tick: .seconds(1), hasUnsent: false).messages == [], "nobody to hear it")
        _ = silent.connection(isThere: true)
        var said: [Duration] = []
        for step in 0..<2000 {
            let now = Duration.milliseconds(100) * step
            if !silent.tick(at: now, tick: .milliseconds(100), hasUnsent: false).messages.isEmpty { said.append(now) }
        }
        let pauses = zip(said.dropFirst(), said).map { ($0 - $1) / .seconds(1) }
        #expect(pauses.count > 6)
        for (number, pause) in pauses.enumerated() {
            let full = min(4, Double(1 << min(number, 2)))
            #expect(pause >= full / 2 && pause <= full + 0.1, "pause \(number) is \(pause)")
        }
        #expect(Set(pauses.suffix(4)).count > 1, "no jitter")
    }

    @Test("a new connection begins with a hello, whatever was said on the last")
    mutating func newConnection() throws {
        try assign(1...1)
        _ = state.connection(isThere: false)
        #expect(state.tick(at: .seconds(1), tick: .seconds(1), hasUnsent: false).messages == [])
        _ = state.connection(isThere: true)
        guard case .hello(let hello) = state.tick(at: .seconds(2), tick: .seconds(1), hasUnsent: false).messages.first
        else { return #expect(Bool(false), "no hello") }
        #expect(hello.inFlight == (try attempts(1)))
    }

    @Test("a silent coordinator is said hello to after three missed heartbeats, and heartbeats come until then")
    mutating func silence() throws {
        var log: [(Duration, WorkerMessage)] = []
        for step in 1...16 {
            let now = Duration.milliseconds(500) * step
            for message in state.tick(at: now, tick: .milliseconds(500), hasUnsent: false).messages {
                log.append((now, message))
            }
        }
        let beats = log.prefix { if case .heartbeat = $0.1 { true } else { false } }
        #expect(beats.map(\.0) == [.seconds(2), .seconds(4), .seconds(6)])
        guard case .hello = log[3].1 else { return #expect(Bool(false), "said \(log[3].1)") }
        #expect(log[3].0 == .milliseconds(6500))
    }
}

extension [SessionState.Effect] {
    /// What is sent.
    var messages: [WorkerMessage] {
        compactMap { effect -> WorkerMessage? in
            guard case .send(let message) = effect else { return nil }
            return message
        }
    }

    /// How the session ends, if it does.
    var ending: WorkerEnding? {
        compactMap { effect -> WorkerEnding? in
            guard case .end(let ending) = effect else { return nil }
            return ending
        }.first
    }
}
