// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing
import Vocabulary
import WireProtocol

@testable import Worker

/// How a worker leaves: asked to, out of time, or without a coordinator.
@Suite("leaving")
struct LeavingTests {
    private var state: SessionState

    init() throws {
        state = try Self.joined(nil)
    }

    private static func joined(_ limit: Duration?) throws -> SessionState {
        var state = SessionState(introduction: try Samples.hello(), walltime: limit.map { Walltime(limit: $0) })
        _ = state.receive(Samples.welcome(), at: .zero)
        _ = state.receive(.assign(try (1...9).map { try Samples.assignment($0) }), at: .zero)
        return state
    }

    private func attempts(_ numbers: ClosedRange<UInt32>) throws -> [AttemptIdentity] {
        try numbers.map { try Samples.attempt($0) }
    }

    @Test("what is not begun goes back at once, what is running is finished, and the acknowledgement is awaited")
    mutating func graceful() throws {
        _ = state.next(at: .zero)
        let effects = state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero)
        #expect(
            effects.messages == [
                .drain(reason: "of SIGTERM", within: .seconds(60)), .handBack(try attempts(2...9)),
            ]
        )
        #expect(effects.ending == nil)
        let isToBeFinished = state.progress(1)
        #expect(isToBeFinished)
        _ = state.finish(Samples.table, at: .seconds(1))
        #expect(state.takeReports().count == 1)
        #expect(state.endIfDone().ending == nil)
        #expect(state.receive(.acknowledge(try attempts(1...1)), at: .seconds(2)).ending == .left)
    }

    @Test("work that arrives after the worker said that it leaves goes straight back")
    mutating func late() throws {
        _ = state.next(at: .zero)
        _ = state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero)
        let late = try Samples.assignment(10)
        #expect(state.receive(.assign([late]), at: .zero).messages == [.handBack([late.attempt])])
    }

    @Test("after the grace the worker leaves with what it has, and says what it gives back")
    mutating func overtime() throws {
        _ = state.next(at: .zero)
        _ = state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero)
        #expect(state.tick(at: .seconds(59), tick: .seconds(1), hasUnsent: true).ending == nil)
        guard case .cutShort = state.tick(at: .seconds(60), tick: .seconds(1), hasUnsent: true).ending else {
            Issue.record("it stays")
            return
        }
        #expect(state.farewell("bye") == [.handBack(try attempts(1...1)), .goodbye(reason: "bye")])
    }

    @Test("what a hello listed goes back after the welcome, although the worker began to leave in between")
    mutating func leavingBetweenHelloAndWelcome() throws {
        _ = state.next(at: .zero)
        let hellos = state.hello(at: .seconds(1)).messages
        guard case .hello(let hello) = try #require(hellos.last) else { return #expect(Bool(false), "\(hellos)") }
        #expect(hello.inFlight == (try attempts(1...9)))
        _ = state.leave(because: "of SIGTERM", by: .seconds(60), at: .seconds(1))
        let answers = state.receive(Samples.welcome(), at: .seconds(2)).messages
        #expect(answers.contains(.handBack(try attempts(2...9))), "\(answers)")
    }

    @Test("a worker that waits for nothing but a welcome leaves, coordinator or not")
    mutating func idleWithoutCoordinator() throws {
        _ = state.hello(at: .seconds(1))
        #expect(state.leave(because: "of SIGTERM", by: .seconds(60), at: .seconds(1)).ending == .left)
    }

    @Test("a worker that holds nothing leaves at once")
    mutating func idle() throws {
        #expect(state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero).ending == .left)
    }

    @Test("a coordinator that asks the worker to drain gets everything it had handed out")
    mutating func drainedByCoordinator() throws {
        #expect(state.receive(.drain(reason: "maintenance"), at: .zero).messages == [])
        for number in UInt32(1)...9 {
            #expect(state.next(at: .zero).assignment?.attempt.attempt == number)
            _ = state.finish(Samples.table, at: .zero)
        }
        #expect(state.receive(.acknowledge(try attempts(1...9)), at: .zero).ending == .left)
    }

    @Test("a coordinator that said goodbye is not waited for by a worker that leaves", arguments: [true, false])
    func goodbye(_ isFirst: Bool) throws {
        var state = state
        _ = state.next(at: .zero)
        var effects: [SessionState.Effect] = []
        if isFirst { effects += state.receive(.goodbye(reason: "done"), at: .zero) }
        #expect(effects.ending == nil)
        effects += state.leave(because: "of SIGTERM", by: .seconds(60), at: .zero)
        if !isFirst { effects += state.receive(.goodbye(reason: "done"), at: .zero) }
        guard case .cutShort = effects.ending else {
            Issue.record("it stays")
            return
        }
    }

    @Test(
        "with a wall time, shards are begun only while their measured time is left, and the worker is gone in time",
        arguments: [Duration.seconds(60), .seconds(600), .seconds(45)]
    )
    func walltime(_ limit: Duration) throws {
        var state = try Self.joined(limit)
        var now = Duration.zero
        var computed = 0
        // Two images a shard; 3 s a shard.
        while let assignment = state.next(at: now).assignment {
            now += .seconds(3)
            computed += 1
            _ = state.finish(Samples.table, at: now)
            _ = state.receive(.acknowledge([assignment.attempt]), at: now)
            _ = state.receive(.assign([try Samples.assignment(UInt32(100 + computed))]), at: now)
        }
        let margin = min(limit / 20, .seconds(10))
        #expect(now <= limit - margin)
        #expect(now > limit - margin - .seconds(3 * 1.25) - .seconds(0.01), "it stopped at \(now), too early")
        #expect(state.leaving != nil && state.isIdle)
    }

    @Test("a shard that takes longer than ever before is given back when the wall time is over")
    func walltimeOver() throws {
        var state = try Self.joined(.seconds(60))
        _ = state.next(at: .zero)
        #expect(state.tick(at: .seconds(56), tick: .seconds(1), hasUnsent: true).ending == nil)
        let effects = state.tick(at: .seconds(57), tick: .seconds(1), hasUnsent: false)
        #expect(effects.messages.contains(.handBack(try attempts(2...9))))
        guard case .cutShort = effects.ending else {
            Issue.record("it stays")
            return
        }
    }
}
