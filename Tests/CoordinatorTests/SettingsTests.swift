// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SweepPlan
import TestSupport
import Testing

/// What a command line sets of a sweep, by the real executable.
@Suite("settings of a run", .timeLimit(.minutes(5)))
struct SettingsTests {
    private static let options = [
        "--set", "blocks[0].seeds=[0, 1]", "--only", "identity", "--only", "noise mask=none", "--per-class-limit", "1",
    ]
    private static let shown = [
        "--set 'blocks[0].seeds=[0, 1]'", "--per-class-limit 1", "--only identity", "--only 'noise mask=none'",
    ]

    private func objects(_ arguments: [String]) async throws -> [[String: Any]] {
        let outcome = try await Executable.coordinator.run(arguments)
        let json = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(json as? [[String: Any]], "\(outcome.errors)")
    }

    @Test("a run computes what was set, shows it, and its text alone is the same sweep")
    func run() async throws {
        let sweep = try SmallSweep(perClass: 7)
        let outcome = try await Executable.coordinator.run(
            sweep.run(Self.options + ["--local-workers", "1", "--json"])
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let begun = try #require(EventLog(outcome.output).last("begun"))
        #expect(begun["settings"] as? [String] == Self.shown && begun["cells"] as? Int == 4)

        let listed = try #require(try await objects(["runs", "--store", sweep.store(), "--json"]).first)
        #expect(listed["settings"] as? [String] == Self.shown)
        let table = try await Executable.coordinator.run(["runs", "--store", sweep.store()])
        #expect(table.output.contains("--only 'noise mask=none'"), "\(table.output)")
        let rows = String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n")
        #expect(rows.count == 1 + 4 * 10)

        let report = sweep.folder.path("report")
        let written = try await Executable.coordinator.run(
            ["report", "--store", sweep.store(), "--output", report, "--formats", "none", "--replicates", "100"]
        )
        #expect(written.code == 0, "\(written.errors)")
        let page = sweep.folder.text("report/index.html")
        #expect(page.contains("Settings") && page.contains("--only identity"))
        // The recorded text is a sweep file: the same sweep, of which nothing is left to compute.
        let again = try await Executable.coordinator.run(
            ["run", report + "/sweep.yaml", "--store", sweep.store(), "--listen", "tcp://127.0.0.1:0", "--json"]
        )
        #expect(again.code == 0, "\(again.errors)")
        let digests = try await objects(["runs", "--store", sweep.store(), "--json"])
        #expect(digests.count == 2 && digests.allSatisfy { $0["settings"] as? [String] == Self.shown })
        let verified = try await Executable.coordinator.run(
            ["verify", report, "--store", sweep.store(), "--run", "@2", "--sample", "2"]
        )
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
    }

    @Test("the same settings continue an interrupted run in whatever order, and others begin another and say so")
    func resume() async throws {
        let sweep = try SmallSweep(perClass: 1)
        func begun(_ options: [String]) async throws -> (run: String, notices: [String]) {
            let process = try Executable.coordinator.start(sweep.run(options + ["--json"]))
            _ = try await process.endpoint()
            process.signal(SIGINT)
            let outcome = try await process.outcome()
            #expect(outcome.code == 130, "\(outcome.errors)")
            let log = EventLog(outcome.output)
            return (
                try #require(log.last("begun")?["run"] as? String),
                log.events.compactMap { $0["notice"] as? String }
            )
        }
        let first = try await begun(Self.options)
        let reordered =
            Self.options.suffix(2) + Self.options.dropFirst(2).prefix(4) + ["--set", "blocks[0].seeds=[0,1]"]
        #expect(try await begun(Array(reordered)).run == first.run)
        let other = try await begun(["--only", "identity"])
        #expect(other.run != first.run)
        #expect(
            other.notices.contains {
                $0.hasPrefix("run \(first.run) of this sweep is interrupted, too; it was begun with --set")
            },
            "\(other.notices)"
        )
        let plain = try await begun([])
        #expect(plain.run != first.run && plain.run != other.run)
    }

    @Test("plan lists every cell with the id that a run gives it")
    func cells() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let plan = ["plan", sweep.file, "--cells", "--only", "noise", "--store", sweep.store()]
        let lines = try await Executable.coordinator.run(plan).output.split(separator: "\n").map(String.init)
        let objects = EventLog(try await Executable.coordinator.run(plan + ["--json"]).output).events
        #expect(lines.count == 2 && objects.count == 2)
        #expect(zip(lines, objects).allSatisfy { $0.hasPrefix($1["cell"] as? String ?? "?") })
        #expect(
            Set(objects[0].keys) == ["cell", "dataset", "images", "model", "parameters", "seed", "split", "transform"]
        )
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let rows = String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n")
        let recorded = Set(rows.filter { $0.contains(",noise,") }.map { String($0.prefix { $0 != "," }) })
        #expect(recorded == Set(objects.compactMap { $0["cell"] as? String }))
    }

    @Test("a hundred thousand cells are listed, as text and as JSON, and a reader that leaves early ends it silently")
    func manyCells() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            version: 1
            name: many
            images: {per-class-limit: 1}
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks:
              - {models: glow, datasets: glyphs, transforms: [noise: {scale: {linspace: [0, 1, 100000]}}]}
            """,
            to: "many.yaml"
        )
        let outcome = try await Executable.coordinator.run(["plan", file, "--cells", "--json"])
        let objects = outcome.output.split(separator: "\n")
        #expect(objects.count == 100_000 && Set(objects.map { $0.prefix(43) }).count == 100_000)
        let some = try Executable.shell("\"$COORDINATOR\" plan '\(file)' --cells | head -n 1; echo ${PIPESTATUS[0]}")
        let ended = try await some.outcome()
        #expect(ended.errors.isEmpty && ended.output.split(separator: "\n").count == 2, "\(ended.errors)")
        let full = try Executable.shell("\"$COORDINATOR\" plan '\(file)' --cells > /dev/full")
        let failed = try await full.outcome()
        #expect(failed.code == 1 && failed.errorLines.count == 1, "\(failed.errors)")
    }

    @Test("what an option gets wrong ends with code 2 and a line that begins with it", arguments: ["plan", "run"])
    func mistakes(_ command: String) async throws {
        let sweep = try SmallSweep(perClass: 1)
        for (options, reason) in [
            (["--set", "blocks[0].seads=1"], "--set 'blocks[0].seads=1': unknown key 'seads'; did you mean 'seeds'?"),
            (["--set", "seeds"], "--set seeds: not PATH=VALUE"),
            (
                ["--set", "models.glow.checkpoint=nowhere.safetensors"],
                "--set models.glow.checkpoint=nowhere.safetensors: "
            ),
            (["--only", "noise levels=1"], "--only 'noise levels=1': no cell has all of this"),
            (
                ["--only", "noise", "--skip", "scale=1e-3"],
                "--only noise --skip scale=1e-3: no cell is left of 6 cells"
            ),
            (["--set", "images.indices=[0]", "--per-class-limit", "2"], "--"),
        ] {
            let outcome = try await Executable.coordinator.run(
                [command, sweep.file, "--store", sweep.store()] + options
            )
            #expect(outcome.code == 2 && outcome.errorLines.count == 1, "\(options): \(outcome.errors)")
            #expect(outcome.errors.hasPrefix(reason), "\(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: sweep.store()))
    }

    @Test("a model of which no cell is left need not be there")
    func absentModel() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let options = [
            "--set", "models.other={checkpoint: gone.safetensors}", "--set", "blocks[0].models=[glow, other]",
        ]
        let plan = ["plan", sweep.file, "--no-measure", "--json"] + options
        #expect(try await Executable.coordinator.run(plan).code == 2)
        let outcome = try await Executable.coordinator.run(plan + ["--skip", "model=other"])
        #expect(outcome.code == 0 && outcome.output.contains("\"cells\":6"), "\(outcome.errors)")
    }
}
