// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `coordinator merge`, by the real executables.
@Suite("coordinator merge", .timeLimit(.minutes(5)))
struct MergeCommandTests {
    /// The cells of `SmallSweep` in two sweeps of their own.
    private func halves(of sweep: SmallSweep) throws -> [String] {
        let transforms = [
            ["identity", "translate: {dx: [-1, -2]}"],
            ["noise: {kind: gaussian, scale: 1e-3, mask: [none, background]}", "zero-latents: {levels: 1}"],
        ]
        return try transforms.enumerated().map { number, transforms in
            try sweep.folder.write(
                """
                version: 1
                name: half-\(number)
                images: {split: test, per-class-limit: 2}
                models:
                  glow: {checkpoint: \(Checkout.model)}
                blocks:
                  - models: [glow]
                    datasets: [glyphs]
                    transforms:
                \(transforms.map { "      - \($0)" }.joined(separator: "\n"))
                    seeds: [0]
                """,
                to: "half-\(number).yaml"
            )
        }
    }

    private func merge(_ stores: [String], into store: String, _ more: [String] = []) async throws -> Outcome {
        try await Executable.coordinator.run(["merge"] + stores + ["--into", store] + more)
    }

    @Test("two coordinators' halves of a sweep, merged, are the whole sweep without computing anything, to the byte")
    func halves() async throws {
        let sweep = try SmallSweep(perClass: 2)
        let files = try halves(of: sweep)
        for (number, file) in files.enumerated() {
            let arguments = ["run", file, "--store", sweep.store("\(number)"), "--listen", "tcp://127.0.0.1:0"]
            let outcome = try await Executable.coordinator.run(arguments + ["--local-workers", "1", "--quiet"])
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        let stores = files.indices.map { sweep.store("\($0)") }
        let merged = try await merge(stores, into: sweep.store("all"))
        #expect(merged.code == 0, "\(merged.errors)")
        #expect(merged.output.contains("0.sqlite: 1 run, 3 cells with results: 60 images are new\n"))

        // No worker: whatever is missing would be waited for.
        let whole = try await Executable.coordinator.run(sweep.run(["--quiet"], store: "all"))
        #expect(whole.code == 0, "\(whole.errors)")
        let single = try await Executable.coordinator.run(
            sweep.run(["--local-workers", "1", "--quiet"], store: "single")
        )
        #expect(single.code == 0, "\(single.errors)")
        let bytes = try await sweep.csv("all")
        #expect(!bytes.isEmpty)
        #expect(try await bytes == sweep.csv("single"))

        let again = try await merge(stores, into: sweep.store("all"), ["--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [[String: Any]]
        #expect(rows?.map { $0["duplicates"] as? Int } == [60, 60])
        #expect(rows?.map { $0["images"] as? Int } == [0, 0])
        #expect(rows?.map { $0["state"] as? String } == ["merged", "merged"])
    }

    @Test("a store is not merged with itself, and one that is missing is named before anything is written")
    func mistakes() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let missing = try await merge([sweep.store("none")], into: sweep.store("all"))
        #expect(missing.code == 2)
        #expect(missing.errors.hasPrefix("\(sweep.store("none")): no such store"))
        #expect(!FileManager.default.fileExists(atPath: sweep.store("all")))
        let itself = try await merge([sweep.store("all")], into: sweep.store("all"))
        #expect(itself.code == 2)
        #expect(itself.errors.contains("is the same store"))
    }
}
