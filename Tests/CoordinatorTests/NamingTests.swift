// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// How runs, cells and stores are named, by the real executables.
@Suite("names of runs, cells and stores", .timeLimit(.minutes(5)))
struct NamingTests {
    /// A store with two complete runs of one sweep and then an unfinished one of another; their ids, newest first.
    private func threeRuns() async throws -> (sweep: SmallSweep, ids: [String]) {
        let sweep = try SmallSweep(perClass: 1)
        for _ in 0..<2 {
            #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        }
        let process = try Executable.coordinator.start(
            sweep.run(["--set", "name=other", "--set", "blocks[0].seeds=[0, 9]", "--json"])
        )
        _ = try await process.endpoint()
        process.signal(SIGINT)
        #expect(try await process.outcome().code == 130)
        let listing = try await Executable.coordinator.run(
            ["runs", "--json"],
            environment: ["BITSWEEP_STORE": sweep.store()]
        )
        let runs = try JSONSerialization.jsonObject(with: Data(listing.output.utf8)) as? [[String: Any]]
        return (sweep, try #require(runs).compactMap { $0["id"] as? String })
    }

    @Test("a run is named by its id, a beginning of it, its place and its sweep; the store by BITSWEEP_STORE")
    func runs() async throws {
        let (sweep, ids) = try await threeRuns()
        let environment = ["BITSWEEP_STORE": sweep.store()]
        func rows(_ name: String) async throws -> Outcome {
            try await Executable.coordinator.run(
                ["export", "--run", name, "--partial", "--output", "-"],
                environment: environment
            )
        }
        for (name, run) in [
            ("@1", 0), ("@2", 1), ("@3", 2), (ids[2], 2), (String(ids[0].prefix(8)), 0), ("other", 0), ("small", 1),
        ] {
            let outcome = try await rows(name)
            #expect(
                outcome.code == 0 && outcome.errors.contains(" of \(ids[run]) in standard output"),
                "\(name): \(outcome.errors)"
            )
            #expect(outcome.errors.contains("small is 2 runs; the newest: \(ids[1])") == (name == "small"))
        }
        for (name, reason) in [
            ("@4", "no run '@4'"), ("smal", "'smal' is 2 runs: \(ids[1]), \(ids[2])"),
            ("smoll", "did you mean 'small'?"),
        ] {
            let outcome = try await rows(name)
            #expect(outcome.code == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        }
        let compared = try await Executable.coordinator.run(["compare", "@2", "@3"], environment: environment)
        #expect(compared.code == 0 && compared.output.hasPrefix("bit-identical: 6 cells"), "\(compared.errors)")
        // The option wins.
        let none = try await Executable.coordinator.run(
            ["runs", "--store", "nowhere.sqlite"],
            environment: environment
        )
        #expect(none.code == 2 && none.errors.hasPrefix("nowhere.sqlite"))
    }

    @Test("a run that is not complete is exported only with --partial")
    func partial() async throws {
        let (sweep, ids) = try await threeRuns()
        let export = ["export", "--store", sweep.store(), "--output", sweep.folder.path("rows.csv")]
        let refused = try await Executable.coordinator.run(export)
        #expect(refused.code == 1 && refused.errorLines.count == 1, "\(refused.errors)")
        #expect(
            refused.errors.hasPrefix(
                "run \(ids[0]) is interrupted: 60 images are missing of 120; --partial exports what is recorded"
            ),
            "\(refused.errors)"
        )
        #expect(!FileManager.default.fileExists(atPath: sweep.folder.path("rows.csv")))
        let partial = try await Executable.coordinator.run(export + ["--partial"])
        #expect(partial.code == 0 && partial.errors.contains("60 rows of \(ids[0])"), "\(partial.errors)")
        #expect(partial.errors.contains("6 cells are not complete"), "\(partial.errors)")
    }

    @Test("a cell is named by the beginning of its id and by words, wherever one is named")
    func cells() async throws {
        let (sweep, _) = try await threeRuns()
        let store = ["--store", sweep.store(), "--run", "@2"]
        let name = "noise scale=0.001 mask=none"
        let explained = try await Executable.coordinator.run(["explain", name] + store)
        let id = String(explained.output.dropFirst(5).prefix(32))
        #expect(explained.code == 0 && explained.output.contains("noise kind=gaussian scale=0.001 mask=none"))
        #expect(
            try await Executable.coordinator.run(["explain", String(id.prefix(12))] + store).output == explained.output
        )
        // Words that are part of a name will do.
        #expect(
            try await Executable.coordinator.run(["explain", "glow noise glyphs none"] + store).output
                == explained.output
        )

        let proof = try await Executable.coordinator.run(["certify", "--cell", name] + store)
        #expect(proof.code == 0 && proof.output.contains(id), "\(proof.errors)")
        let sheet = sweep.folder.path("sheet.png")
        let images = try await Executable.coordinator.run(["images", name, "--top", "1", "--output", sheet] + store)
        #expect(images.code == 0 && images.output.contains(id), "\(images.errors)")
        let rows = try sweep.folder.write("cell,index\n\(name),0\n", to: "wanted.csv")
        let recorded = String(
            decoding: try await Executable.coordinator.run(
                ["export", "--where", name, "--output", "-"] + store
            ).output.utf8,
            as: UTF8.self
        )
        let index = try #require(recorded.split(separator: "\n").dropFirst().first?.split(separator: ",")[4])
        _ = try sweep.folder.write("cell,index\n\(name),\(index)\n", to: "wanted.csv")
        let inputs = try await Executable.coordinator.run(
            ["inputs", "--rows", rows, "--output", sweep.folder.path("inputs.safetensors")] + store
        )
        #expect(inputs.code == 0, "\(inputs.errors)")

        for (words, reason) in [
            ("noise", "'noise' is 2 cells"), ("noise scale=7", "no cell of run"),
            ("noise scael=7", "did you mean 'scale'?"),
        ] {
            let outcome = try await Executable.coordinator.run(["explain", words] + store)
            #expect(outcome.code == 2 && outcome.errorLines.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        }
    }

    @Test("BITSWEEP_CONNECT leads workers and clients to a coordinator, whose run and cells are named as in a store")
    func connection() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let coordinator = try Executable.coordinator.start(sweep.run(["--set", "name=live", "--json"]))
        let environment = ["BITSWEEP_CONNECT": try await coordinator.endpoint()]
        for name in ["@1", "live", "liv"] {
            let status = try await Executable.coordinator.run(["status", "--run", name], environment: environment)
            #expect(
                status.code == 0 && status.output.contains("\nwith --set name=live\n"),
                "\(status.output)\(status.errors)"
            )
        }
        for (name, reason) in [("small", "is not going on here"), ("@2", "a coordinator has one run")] {
            let status = try await Executable.coordinator.run(["status", "--run", name], environment: environment)
            #expect(status.code != 0 && status.errors.contains(reason), "\(status.errors)")
        }
        let tail = try await Executable.coordinator.run(["tail", "--once"], environment: environment)
        #expect(tail.code == 0 && tail.output.contains("live"), "\(tail.errors)")
        let explained = try await Executable.coordinator.run(
            ["explain", "noise mask=background", "--live"],
            environment: environment
        )
        #expect(
            explained.code == 0 && explained.output.contains("mask=background"),
            "\(explained.output)\(explained.errors)"
        )
        // The option wins over the variable.
        let elsewhere = try await Executable.coordinator.run(
            ["status", "--connect", "tcp://127.0.0.1:1"],
            environment: environment
        )
        #expect(elsewhere.code == 1)
        let worker = try Executable.worker.start(["run", "--one-run", "--threads", "1"], environment: environment)
        #expect(try await coordinator.outcome().code == 0)
        #expect(try await worker.outcome().code == 0)
        let doctor = try await Executable.worker.run(
            ["doctor", "--quick"],
            environment: ["BITSWEEP_CONECT": "tcp://head:7461", "BITSWEEP_DATA": "/nowhere"]
        )
        #expect(doctor.output.contains("BITSWEEP_DATA=/nowhere"))
        #expect(doctor.output.contains("set BITSWEEP_CONNECT if that is meant"), "\(doctor.output)")
    }
}
