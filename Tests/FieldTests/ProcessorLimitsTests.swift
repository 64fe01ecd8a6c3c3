// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Workers that may use a part of a machine.
@Suite("Limits on processors", .timeLimit(.minutes(2)))
struct ProcessorLimitsTests {
    /// The line in which a worker started with `prefix` says what it computes with.
    private func line(_ prefix: String, _ options: String = "") async throws -> String {
        let worker = try Executable.shell("\(prefix) \"$WORKER\" run --connect tcp://127.0.0.1:1 \(options)")
        try await worker.wait("the line") { $0.errors.contains(" on ") }
        return worker.errors.split(separator: "\n").first.map(String.init) ?? ""
    }

    @Test(
        "a worker has as many threads as its job has processors, unless it is told a number",
        .enabled(if: ProcessInfo.processInfo.processorCount > 1, "needs a machine with two processors")
    )
    func job() async throws {
        #expect(try await line("SLURM_CPUS_PER_TASK=1 exec").contains("with 1 thread (SLURM_CPUS_PER_TASK) on "))
        #expect(try await line("NSLOTS=1 exec", "--threads 3").contains("with 3 threads on "))
        let sweep = try SmallSweep(perClass: 20)
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--local-workers", "1"]),
            environment: ["SLURM_CPUS_PER_TASK": "1"]
        )
        let endpoint = try await coordinator.endpoint()
        try await coordinator.waitForProgress()
        let status = try await Executable.coordinator.run(["status", "--connect", endpoint, "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
        let workers = object?["workers"] as? [[String: Any]]
        #expect(workers?.map { $0["threads"] as? Int } == [1], "\(status)")
    }

    @Test(
        "a worker counts the processors of its affinity mask",
        .enabled(if: ProcessInfo.processInfo.processorCount > 1, "needs a machine with two processors"),
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset"), "needs taskset")
    )
    func mask() async throws {
        #expect(try await line("exec taskset -c 0").contains("with 1 thread (affinity mask) on "))
    }
}
