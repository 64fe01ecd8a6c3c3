// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The commands that only look, by the real executable.
@Suite("coordinator's other commands", .timeLimit(.minutes(5)))
struct CommandTests {
    private func json(_ text: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    @Test("plan counts cells, images and shards before anything ran, and finds what is cached afterwards")
    func plan() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let arguments = ["plan", sweep.file, "--store", sweep.store(), "--json"]
        let fresh = try #require(try json(await Executable.coordinator.run(arguments).output) as? [String: Any])
        #expect(fresh["cells"] as? Int == 6)
        #expect(fresh["duplicates"] as? Int == 0)
        #expect(fresh["cached_cells"] as? Int == 0)
        #expect(fresh["images"] as? Int == 60)
        #expect(fresh["shards"] as? Int == 6)
        #expect((fresh["estimated_seconds"] as? Double ?? 0) > 0)
        #expect(fresh["speed_source"] as? String == "measurement")
        let unmeasured = try await Executable.coordinator.run(arguments + ["--no-measure"])
        let unknown = try #require(try json(unmeasured.output) as? [String: Any])
        #expect(unknown["estimated_seconds"] is NSNull && unknown["speed_source"] is NSNull)

        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let cached = try #require(try json(await Executable.coordinator.run(arguments).output) as? [String: Any])
        #expect(cached["cached_cells"] as? Int == 6)
        #expect(cached["images"] as? Int == 0)
        #expect(cached["estimated_seconds"] as? Double == 0)
        #expect(cached["speed_source"] as? String == "store")
    }

    @Test("a million cells are planned")
    func millionCells() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            version: 1
            name: million
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks:
              - models: [glow]
                datasets: [glyphs]
                transforms:
                  - noise: {kind: gaussian, scale: {linspace: [1e-5, 1e-1, 50000]}, mask: [none, background]}
                seeds: {range: [0, 9, 1]}
            """,
            to: "million.yaml"
        )
        let outcome = try await Executable.coordinator.run([
            "plan", file, "--store", folder.path("none"), "--json", "--no-measure",
        ])
        let plan = try #require(try json(outcome.output) as? [String: Any], "\(outcome.errors)")
        #expect(plan["cells"] as? Int == 1_000_000)
        #expect(plan["images"] as? Int == 1_000_000_000)
    }

    @Test("runs lists the newest run first, tail shows every cell and class")
    func runsAndTail() async throws {
        let sweep = try SmallSweep(perClass: 2)
        for _ in 0..<2 {
            #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        }
        let listing = try await Executable.coordinator.run(["runs", "--store", sweep.store(), "--json"])
        let runs = try #require(try json(listing.output) as? [[String: Any]])
        #expect(runs.map { $0["state"] as? String } == ["complete", "complete"])
        #expect(runs.map { $0["done"] as? Int } == [6, 6])
        #expect(Set(try #require(runs.first).keys) == ["id", "sweep", "state", "cells", "done", "failed"])

        let oldest = try #require(runs.last?["id"] as? String)
        let tail = try await Executable.coordinator.run(
            ["tail", "--store", sweep.store(), "--run", oldest, "--once", "--json"]
        )
        let rows = EventLog(tail.output).events
        #expect(rows.count == 6 * 11)
        #expect(rows.allSatisfy { $0["run"] as? String == oldest })
        let identity = rows.filter { $0["transform"] as? String == "identity" }
        #expect(identity.allSatisfy { $0["delta"] as? Double == 0 })
        #expect(identity.compactMap { $0["n"] as? Int } == Array(repeating: 2, count: 10) + [20])
    }

    @Test("tail follows a coordinator over its endpoint")
    func tailOverTheWire() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"]))
        let endpoint = try await coordinator.endpoint()
        try await coordinator.waitForProgress()
        let tail = try await Executable.coordinator.run(["tail", "--connect", endpoint, "--once"])
        #expect(tail.code == 0, "\(tail.errors)")
        #expect(tail.output.contains("small"))
        #expect(try await coordinator.outcome().code == 0)
    }

    @Test("an export goes to standard output for -, through a link to its file, and not onto a full disk")
    func exportElsewhere() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"])).code == 0)
        let csv = String(decoding: try await sweep.csv(), as: UTF8.self)
        #expect(csv.split(separator: "\n").count == 61)
        let export = ["export", "--store", sweep.store(), "--output"]
        for output in ["-", "/proc/self/fd/1"] {
            let outcome = try await Executable.coordinator.run(export + [output])
            #expect(outcome.code == 0 && outcome.output == csv)
            #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        }
        let link = sweep.folder.path("link.csv")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.csv")
        #expect(try await Executable.coordinator.run(export + [link]).code == 0)
        #expect(sweep.folder.text("real.csv") == csv)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.csv")
        let full = try await Executable.coordinator.run(export + ["/dev/full"])
        #expect(full.code == 1)
        #expect(full.errorLines.count == 1 && full.errors.hasPrefix("/dev/full: cannot be written (No space left"))
    }

    @Test("an export is of the columns, cells and classes that were asked for, and the same in a pipe as in a file")
    func exportSome() async throws {
        let sweep = try SmallSweep(perClass: 2)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"])).code == 0)
        let export = ["export", "--store", sweep.store(), "--output", "-"]
        let some = try await Executable.coordinator.run(
            export + ["--columns", "nll,bpd", "--where", "transform=translate class=1,7"]
        )
        let lines = some.output.split(separator: "\n")
        #expect(lines[0].contains(",seed,nll,bpd") && lines.count == 1 + 2 * 2 * 2)
        #expect(some.errors.hasPrefix("8 rows of small-"))
        let all = try await Executable.coordinator.run(export + ["--where", "transform=translate class=all"])
        #expect(all.errors.hasPrefix("40 rows of small-"), "all classes are every image")
        for (arguments, problem) in [
            (["--columns", "nil"], "did you mean 'nll'?"), (["--columns", "bpd,bpd"], "named twice"),
            (["--where", "modle=x"], "did you mean 'model'?"), (["--columns", "bpd,"], "--columns"),
        ] {
            let outcome = try await Executable.coordinator.run(export + arguments)
            #expect(outcome.code == 2 && outcome.errors.contains(problem), "\(arguments): \(outcome.errors)")
        }
        let npz = "\"$COORDINATOR\" export --store \"$STORE\" --format npz --output"
        let pipe = try await Executable.shell(
            "\(npz) \"$STORE.npz\" && \(npz) - | cmp - \"$STORE.npz\" && \(npz) /dev/full",
            environment: ["STORE": sweep.store()]
        ).outcome()
        #expect(pipe.code == 1 && pipe.output.isEmpty)
        #expect(
            pipe.errorLines.last?.hasPrefix("/dev/full: cannot be written (No space left") == true,
            "\(pipe.errors)"
        )
        #expect(sweep.folder.bytes("results.sqlite.npz").starts(with: Array("PK\u{3}\u{4}".utf8)))
    }

    @Test("what is wrong with a sweep file is said at its place, all at once, with code 2")
    func invalidSweep() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            version: 1
            name: bad
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks:
              - models: [glow]
                datasets: [glyphs]
                transforms:
                  - noise: {kind: gaussian, scael: 1e-3}
                  - zero-latents: {levels: 9}
                seeds: [0]
            """,
            to: "bad.yaml"
        )
        let outcome = try await Executable.coordinator.run(["run", file, "--store", folder.path("s")])
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errorLines.contains { $0.hasPrefix("\(file):8:") && $0.contains("did you mean 'scale'?") })
        #expect(outcome.errorLines.contains { $0.hasPrefix("\(file):9:") && $0.contains("5 levels") })
        #expect(!FileManager.default.fileExists(atPath: folder.path("s")))
    }

    @Test(
        "a command that cannot be carried out says why in one line with code 2",
        arguments: [
            ["run"], ["run", "missing.yaml"], ["frobnicate"], ["runs", "--store", "missing.sqlite"],
            ["run", "x.yaml", "--local-workers", "-1"], ["run", "x.yaml", "--listen", "tcp://0.0.0.0:1"],
            ["export", "--format", "xml", "--output", "x"], ["tail", "--connect", "nowhere"],
            ["verify", "missing.json"], ["verify", "x.json", "--sample", "0%"],
            ["certify", "--store", "missing.sqlite"],
            ["certify", "--sign", "missing.pem"],
        ]
    )
    func usage(_ arguments: [String]) async throws {
        let outcome = try await Executable.coordinator.run(arguments)
        #expect(outcome.code == 2)
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "help has examples for every command",
        arguments: ["run", "plan", "tail", "runs", "export", "certify", "verify", "report"]
    )
    func help(_ command: String) async throws {
        let outcome = try await Executable.coordinator.run([command, "--help"])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("Examples:\n  coordinator \(command)"))
    }
}
