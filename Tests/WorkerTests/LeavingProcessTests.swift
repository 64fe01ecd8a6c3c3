// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

/// The real executable over a real socket, asked to leave.
@Suite("a worker that leaves", .timeLimit(.minutes(3)), .serialized)
struct LeavingProcessTests {
    private let work: WorkOfARun
    private let coordinator: ScriptedCoordinator

    init() throws {
        work = try WorkOfARun()
        coordinator = try ScriptedCoordinator()
    }

    /// Starts a worker and has it begin the first of `assignments`.
    private func busyWorker(_ assignments: [Assignment], _ options: String...) async throws -> RunningProcess {
        let worker = try Executable.worker.start(
            ["run", "--connect", coordinator.endpoint, "--insecure", "--threads", "1"] + options
        )
        try #require(try await coordinator.wait { !$0.routes.isEmpty }, "\(worker.errors)")
        coordinator.send(.assign(assignments))
        let begun = try await coordinator.wait { coordinator in
            coordinator.messages.contains {
                if case .heartbeat(let heartbeat) = $0 { heartbeat.running != nil } else { false }
            }
        }
        try #require(begun, "\(worker.errors)")
        return worker
    }

    @Test("SIGTERM: the rest goes back, the running shard is finished, its acknowledgement is awaited; then 0")
    func graceful() async throws {
        let worker = try await busyWorker((1...3).map { try work.slow($0, images: 512) })
        worker.signal(SIGTERM)
        #expect(try await coordinator.wait { $0.handedBack.count == 2 })
        #expect(coordinator.handedBack.map(\.attempt) == [2, 3])
        #expect(
            coordinator.messages.contains {
                if case .drain(_, let within) = $0 { within.map { $0 > .seconds(50) } ?? false } else { false }
            }
        )
        #expect(try await coordinator.wait { $0.results.count == 1 })
        #expect(!coordinator.hasGoodbye, "it leaves before its result is acknowledged")
        coordinator.send(.acknowledge(coordinator.results.map(\.attempt)))
        let outcome = try await worker.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try await coordinator.wait { $0.hasGoodbye })
        #expect(coordinator.results.map(\.attempt.attempt) == [1])
    }

    @Test("a second signal: what is running goes back at once; then 3")
    func twoSignals() async throws {
        let worker = try await busyWorker([work.slow(1, images: 512)])
        let begun = ContinuousClock.now
        worker.signal(SIGINT)
        #expect(try await coordinator.wait { $0.messages.contains { if case .drain = $0 { true } else { false } } })
        worker.signal(SIGTERM)
        let outcome = try await worker.outcome()
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(begun.duration(to: .now) < .seconds(5))
        #expect(try await coordinator.wait { $0.hasGoodbye })
        #expect(coordinator.handedBack.map(\.attempt) == [1] && coordinator.results.isEmpty)
    }

    @Test("after --grace, what is running goes back; then 3")
    func grace() async throws {
        let worker = try await busyWorker([work.slow(1, images: 512)], "--grace", "0.2s")
        worker.signal(SIGTERM)
        let outcome = try await worker.outcome()
        #expect(outcome.code == 3, "\(outcome.errors)")
        #expect(try await coordinator.wait { $0.hasGoodbye })
        #expect(coordinator.handedBack.map(\.attempt) == [1] && coordinator.results.isEmpty)
    }

    @Test("--walltime: the worker has left by then, with everything it began finished; then 0")
    func walltime() async throws {
        let begun = ContinuousClock.now
        let worker = try work.worker(coordinator, "--walltime", "15s")
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        coordinator.send(.assign(try (1...1000).map { try work.slow($0, images: 16) }))
        var acknowledged = 0
        while !coordinator.hasGoodbye, begun.duration(to: .now) < .seconds(30) {
            let results = coordinator.results
            if results.count > acknowledged {
                coordinator.send(.acknowledge(results[acknowledged...].map(\.attempt)))
                acknowledged = results.count
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        let outcome = try await worker.outcome()
        let lived = begun.duration(to: .now)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(lived < .seconds(15.5) && lived > .seconds(8), "lived \(lived)")
        #expect(coordinator.results.count + coordinator.handedBack.count == 1000, "\(outcome.errors)")
        #expect(!coordinator.results.isEmpty)
    }

    @Test("a running attempt that is cancelled stops, sends nothing, and makes way for the next")
    func cancelled() async throws {
        let worker = try await busyWorker([work.slow(1, images: 512), work.assignment(2)])
        coordinator.send(.acknowledge([try work.slow(1, images: 512).attempt]))
        #expect(try await coordinator.wait { !$0.results.isEmpty })
        #expect(coordinator.results.map(\.attempt.attempt) == [2])
        coordinator.send(.acknowledge(coordinator.results.map(\.attempt)))
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
        #expect(coordinator.results.count == 1 && coordinator.failures.isEmpty)
    }

    @Test("a coordinator that comes back is offered everything, and nothing is computed twice")
    func restart() async throws {
        let worker = try await busyWorker([work.slow(1, images: 128), work.assignment(2)])
        coordinator.stop()
        let next = try ScriptedCoordinator(coordinator.endpoint, epoch: 2)
        #expect(try await next.wait { $0.results.count >= 2 }, "\(worker.errors)")
        guard case .hello(let hello) = next.messages.first(where: { if case .hello = $0 { true } else { false } })
        else {
            Issue.record("no hello")
            return
        }
        #expect((hello.inFlight + hello.unacknowledged).map(\.attempt).sorted() == [1, 2])
        #expect(Set(next.results.map(\.attempt.attempt)) == [1, 2])
        next.send(.acknowledge(next.results.map(\.attempt)))
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
        next.stop()
    }

    @Test("a failure says what is wrong and brings the last lines of the log, which may be printed as JSON")
    func failure() async throws {
        let worker = try work.worker(coordinator, "--log-format", "json", "--log-level", "debug")
        #expect(try await coordinator.wait { !$0.routes.isEmpty })
        var assignment = try work.assignment(1)
        assignment.spec.model.location = ModelLocation(text: "/nonexistent/model")
        coordinator.send(.assign([assignment]))
        #expect(try await coordinator.wait { !$0.failures.isEmpty })
        let failure = try #require(coordinator.failures.first)
        #expect(failure.kind == .model && failure.message.contains("/nonexistent/model"))
        #expect(failure.log.contains { $0.contains("joined run scripted") })
        #expect(failure.log.last?.contains("nonexistent") == true)
        worker.signal(SIGTERM)
        let outcome = try await worker.outcome()
        #expect(outcome.code == 0)
        let lines = try outcome.errorLines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
        }
        #expect(lines.contains { $0["level"] == "error" && $0["attempt"] == "1" && $0["cell"]?.count == 32 })
    }
}
