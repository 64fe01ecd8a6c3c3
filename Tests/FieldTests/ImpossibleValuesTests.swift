// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Vocabulary
import WireProtocol

/// Messages of the right form whose values would overflow or contradict the store.
@Suite("A peer that says what cannot be", .timeLimit(.minutes(2)))
struct ImpossibleValuesTests {
    @Test(
        "a table whose columns cannot be called so is dropped, and the run goes on",
        arguments: ["two words", String(repeating: "c", count: 65)]
    )
    func columnName(name: String) async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let endpoint = try await coordinator.endpoint()
        let peer = try HostilePeer(endpoint)
        try peer.sayHello()
        for assignment in try await peer.assignments() {
            peer.say(.results([assignment.table(columns: ["bpd", name])]))
        }
        try await peer.settle()
        try await coordinator.wait("the notice") { $0.output.contains("shard_result.columns.name") }
        peer.say(.goodbye(reason: "done"))
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0)
        #expect(outcome.errors.isEmpty)
        worker.signal(15)
    }

    @Test("a training that claims more steps than can be is not believed")
    func trainingSteps() async throws {
        let sweep = try TrainedSweep()
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "results"))
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        let attempt = try await peer.training()
        for steps in [Int.max, 1 << 41] {
            let report = TrainingReport(
                attempt: attempt,
                stepsDone: steps,
                steps: steps,
                loss: 1e308,
                imagesPerSecond: 1e15
            )
            peer.say(.trainingProgress(report))
        }
        try await peer.settle()
        try await coordinator.wait("the notice") { $0.output.contains("training_progress.steps") }
        // Several progress lines are made of what is known of the training.
        try await Task.sleep(for: .seconds(1))
        #expect(coordinator.isRunning)
    }

    @Test("plan reads a store into which a worker wanted a time of 1e308 seconds")
    func measuredSeconds() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        for assignment in try await peer.assignments() { peer.say(.results([assignment.table(seconds: 1e308)])) }
        peer.say(.goodbye(reason: "done"))
        try await peer.settle()
        coordinator.signal(15)
        _ = try await coordinator.outcome()
        let plan = try await Executable.coordinator.run(["plan", sweep.file, "--store", sweep.store()])
        #expect(plan.code == 0)
        #expect(plan.output.contains("to compute"))
    }
}
