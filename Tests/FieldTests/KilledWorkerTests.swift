// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A local worker that the system kills", .timeLimit(.minutes(2)))
struct KilledWorkerTests {
    /// The workers that a coordinator's log says have joined, oldest first.
    private func joined(_ log: String) -> [Int32] {
        log.split(separator: "\n").filter { $0.contains("joined") }.compactMap { line in
            line.firstMatch(of: /"pid":"(\d+)"/).flatMap { Int32($0.1) }
        }
    }

    /// Kills each worker as soon as it has joined, as the system does when memory is short, until the run has ended.
    private func killWorkers(of coordinator: RunningProcess, log: () -> String) async throws {
        var killed: Set<Int32> = []
        while coordinator.isRunning {
            for process in joined(log()) where killed.insert(process).inserted { kill(process, SIGKILL) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("every time it begins: its shards fail with that reason, and the run ends as failed instead of hanging")
    func everyTime() async throws {
        let sweep = try SmallSweep(perClass: 50)
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--local-workers", "1", "--log", sweep.folder.path("log")])
        )
        try await killWorkers(of: coordinator) { sweep.folder.text("log") }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 1, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["state"] as? String == "failed")
        #expect(ended["failedShards"] as? Int ?? 0 > 0)
        #expect(outcome.output.contains("worker killed (out of memory?)"))
        let runs = try await Executable.coordinator.run(["runs", "--store", sweep.store(), "--json"])
        #expect(runs.output.contains("failed"))
    }

    @Test("once: it is started again, and the run completes")
    func once() async throws {
        let sweep = try SmallSweep(perClass: 20)
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--local-workers", "1", "--log", sweep.folder.path("log")])
        )
        try await coordinator.wait("it joins") { _ in !joined(sweep.folder.text("log")).isEmpty }
        for process in joined(sweep.folder.text("log")) { kill(process, SIGKILL) }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["done"] as? Int == 200 * sweep.cells)
    }
}
