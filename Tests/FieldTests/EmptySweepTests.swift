// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("A sweep of which nothing is left", .timeLimit(.minutes(2)))
struct EmptySweepTests {
    private func sweep(_ folder: TemporaryFolder, rules: String) throws -> String {
        try folder.write(
            """
            version: 1
            name: empty
            images: {split: test, per-class-limit: 1}
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks:
              - models: [glow]
                datasets: [glyphs]
                transforms: [{translate: {dx: [1, 2]}}]
                \(rules)
            """,
            to: "empty.yaml"
        )
    }

    @Test("is an error of plan and run, with its place, and begins no run")
    func excluded() async throws {
        let folder = try TemporaryFolder()
        let store = folder.path("results.sqlite")
        let file = try sweep(folder, rules: "exclude: [{dx: [1, 2]}]")
        for arguments in [["plan", file, "--store", store], ["run", file, "--store", store, "--local-workers", "1"]] {
            let outcome = try await Executable.coordinator.run(arguments)
            #expect(outcome.code == 2)
            #expect(
                outcome.errorLines == [
                    "\(file):6:3: no cell is left: exclude and when remove all combinations of the blocks"
                ]
            )
        }
        #expect(try await Executable.coordinator.run(["runs", "--store", store]).code == 2, "there is no store")
    }

    @Test("with one cell left it is a sweep, which is told in the singular")
    func oneLeft() async throws {
        let folder = try TemporaryFolder()
        let file = try sweep(folder, rules: "exclude: [{dx: 2}]")
        let store = folder.path("results.sqlite")
        let outcome = try await Executable.coordinator.run(["plan", file, "--store", store])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("empty: 1 model, 1 data set\n"), "\(outcome.output)")
        #expect(outcome.output.contains("10 images in about 1 shard\n"), "\(outcome.output)")
        let run = ["run", file, "--store", store, "--local-workers", "1", "--listen", "tcp://127.0.0.1:0"]
        let first = try await Executable.coordinator.run(run)
        #expect(first.code == 0 && first.errors.contains("1 cell, 10 images"), "\(first.errors)")
        let again = try await Executable.coordinator.run(run)
        #expect(again.errors.contains("nothing to compute, its cell was cached"), "\(again.errors)")
    }
}
