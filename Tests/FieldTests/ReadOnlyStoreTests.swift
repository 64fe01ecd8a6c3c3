// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Results of somebody else, or on a medium that nobody may write to.
@Suite("A store in a place that cannot be written to", .timeLimit(.minutes(2)))
struct ReadOnlyStoreTests {
    /// A finished run, and what the commands that read it print for its owner.
    private struct Finished {
        let sweep: SmallSweep
        let commands: [[String]]
        let outputs: [String]

        init() async throws {
            sweep = try SmallSweep(perClass: 1)
            let run = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"]))
            guard run.code == 0 else { throw Problem(text: run.errors) }
            let store = ["--store", sweep.store()]
            let csv = try await sweep.csv()
            let cell = String(decoding: csv, as: UTF8.self).split(separator: "\n")[1].prefix { $0 != "," }
            commands = [
                ["runs", "--json"] + store, ["tail", "--once", "--json"] + store,
                ["plan", sweep.file, "--json"] + store,
                ["explain", String(cell)] + store, ["export", "--format", "csv", "--output", "-"] + store,
            ]
            var outputs: [String] = []
            for command in commands { outputs.append(try await Executable.coordinator.run(command).output) }
            self.outputs = outputs
        }

        /// Expects all commands to print what they print for the owner, run by a shell as `line` says.
        func expectReadable(
            _ line: (_ command: String) -> String,
            at location: SourceLocation = #_sourceLocation
        ) async throws {
            for (command, output) in zip(commands, outputs) {
                let words = command.map { "'\($0)'" }.joined(separator: " ")
                let outcome = try await Executable.shell(line("\"$COORDINATOR\" \(words)")).outcome()
                #expect(outcome.code == 0, "\(command): \(outcome.errors)", sourceLocation: location)
                #expect(outcome.output == output, "\(command)", sourceLocation: location)
            }
        }
    }

    private struct Problem: Error {
        let text: String
    }

    private static func change(_ path: String, to mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// What a stranger is told who asks for the runs of a store.
    private static func strangersRuns(of sweep: SmallSweep, _ more: String = "") async throws -> Outcome {
        let line = "\(Machine.stranger ?? "") \"$COORDINATOR\" runs --store '\(sweep.store())' --json \(more)"
        return try await Executable.shell(line).outcome()
    }

    @Test(
        "another user reads a finished store in a folder that only its owner may write to",
        .enabled(if: Machine.stranger != nil, "nobody else can be had here to read it")
    )
    func otherUser() async throws {
        let finished = try await Finished()
        let folder = finished.sweep.folder
        try Self.change(folder.url.path, to: 0o555)
        defer { try? Self.change(folder.url.path, to: 0o755) }
        // Neither without SQLite's files beside it, nor with those that readers leave.
        try await finished.expectReadable { "\(Machine.stranger ?? "") \($0)" }
        for name in ["-wal", "-shm"] { unlink(finished.sweep.store() + name) }
        try Self.change(folder.url.path, to: 0o755)
        for name in ["-wal", "-shm"] { unlink(finished.sweep.store() + name) }
        try Self.change(folder.url.path, to: 0o555)
        let before = folder.names()
        #expect(!before.contains { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") })
        try await finished.expectReadable { "\(Machine.stranger ?? "") \($0)" }
        #expect(folder.names() == before)
    }

    @Test(
        "a finished store is read from a mount that is read-only, also by the superuser",
        .enabled(if: Machine.hasNamespaces, "namespaces of mounts cannot be made here")
    )
    func readOnlyMount() async throws {
        let finished = try await Finished()
        let folder = finished.sweep.folder.url.path
        for name in ["-wal", "-shm"] { unlink(finished.sweep.store() + name) }
        let mount = "mount --bind '\(folder)' '\(folder)' && mount -o remount,ro,bind '\(folder)'"
        try await finished.expectReadable {
            #"exec unshare --mount sh -c "\#(mount) && exec \"\$0\" \"\$@\"" \#($0)"#
        }
    }

    @Test(
        "results that are still in the log are missed, and it is said who must write where",
        .enabled(if: Machine.stranger != nil, "nobody else can be had here to read it")
    )
    func unfinishedLog() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let killed = try Executable.coordinator.start(sweep.run(["--json"]))
        _ = try await killed.endpoint()
        killed.signal(SIGKILL)
        _ = try await killed.outcome()
        unlink(sweep.store() + "-shm")
        try Self.change(sweep.folder.url.path, to: 0o555)
        defer { try? Self.change(sweep.folder.url.path, to: 0o755) }
        let outcome = try await Self.strangersRuns(of: sweep)
        #expect(outcome.code == 2)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("some results are still in \(sweep.store())-wal"), "\(outcome.errors)")
        #expect(outcome.errors.contains("where \(sweep.folder.url.path) can be written to"))
        // As it says: whoever may write there reads it once.
        try Self.change(sweep.folder.url.path, to: 0o755)
        #expect(try await Executable.coordinator.run(["runs", "--store", sweep.store()]).code == 0)
    }

    @Test(
        "another user follows a run while it goes on, where its files may be read, and is told what is needed where not",
        .enabled(if: Machine.stranger != nil && geteuid() == 0, "nobody else can be had here to read it")
    )
    func liveRun() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json", "--local-workers", "1"]))
        try await coordinator.waitForProgress()
        try Self.change(sweep.folder.url.path, to: 0o755)
        let outcome = try await Self.strangersRuns(of: sweep)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\"state\":\"running\""))
        let tail = try await Executable.shell(
            "\(Machine.stranger ?? "") \"$COORDINATOR\" tail --once --json --store '\(sweep.store())'"
        ).outcome()
        #expect(tail.code == 0, "\(tail.errors)")
        #expect(EventLog(tail.output).events.contains { ($0["n"] as? Int ?? 0) > 0 }, "\(tail.output)")

        for ending in ["", "-wal", "-shm"] { try Self.change(sweep.store() + ending, to: 0o600) }
        let refused = try await Self.strangersRuns(of: sweep)
        #expect(refused.code == 2)
        #expect(refused.errors.contains("you may not read it; root must allow that"), "\(refused.errors)")
        coordinator.signal(SIGTERM)
        _ = try await coordinator.outcome()
    }

    @Test(
        "a run into a place that cannot be written to is refused with the place and the reason",
        .enabled(if: Machine.stranger != nil, "nobody else can be had here to run it")
    )
    func run() async throws {
        let finished = try await Finished()
        let folder = finished.sweep.folder.url.path
        try Self.change(folder, to: 0o555)
        defer { try? Self.change(folder, to: 0o755) }
        let words = finished.sweep.run(["--json"]).map { "'\($0)'" }.joined(separator: " ")
        let outcome = try await Executable.shell("\(Machine.stranger ?? "") \"$COORDINATOR\" \(words)").outcome()
        #expect(outcome.code == 2)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("cannot open the store"), "\(outcome.errors)")
        #expect(outcome.errors.contains("Permission denied"), "\(outcome.errors)")
    }
}
