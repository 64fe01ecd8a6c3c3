// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Cells that failed", .timeLimit(.minutes(2)))
struct FailedCellTests {
    @Test("are counted in every table and export, and their one reason is told once")
    func counted() async throws {
        let sweep = try TrainedSweep(steps: 200)
        let recipe = try String(contentsOfFile: sweep.folder.path("tiny.yaml"), encoding: .utf8)
        _ = try sweep.folder.write(recipe + "\noptimiser: {learning-rate: 1000}", to: "tiny.yaml")
        let outcome = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "s"))
        #expect(outcome.code == 1)
        let told = outcome.errorLines.filter { $0.hasPrefix("failed: ") }
        #expect(told.count == 1 && told[0].hasPrefix("failed: 3 shards of 3 cells, the last "), "\(outcome.errors)")

        let tail = try await Executable.coordinator.run(["tail", "--once", "--store", sweep.store("s")])
        #expect(tail.output.contains("failed\n"), "\(tail.output)")
        #expect(tail.output.split(separator: "\n").filter { $0.hasSuffix(" 20") }.count == 3, "\(tail.output)")
        let runs = try await Executable.coordinator.run(["runs", "--store", sweep.store("s")])
        #expect(runs.output.contains("done  failed\n") && runs.output.contains(" 60\n"), "\(runs.output)")

        let csv = String(decoding: try await sweep.csv("s"), as: UTF8.self).split(separator: "\n")
        #expect(csv.count == 61 && csv[0].contains(",bpd,failed") && csv[1...].allSatisfy { $0.contains(",,1.0") })

        let cell = try #require(csv[1].split(separator: ",").first)
        let arguments = ["explain", String(cell), "--store", sweep.store("s")]
        let explained = try await Executable.coordinator.run(arguments)
        #expect(explained.output.contains("given up: 1 shard of 20 images: model 'tiny' could not be trained"))
    }
}
