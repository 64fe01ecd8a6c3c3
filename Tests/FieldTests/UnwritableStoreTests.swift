// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Disks that fill up, quotas, disks and file servers that fail for a while.
@Suite("A store that cannot be written", .timeLimit(.minutes(2)))
struct UnwritableStoreTests {
    /// A fault of the disk, and how the run calls it.
    struct Case: CustomTestStringConvertible, Sendable {
        var calls: [String]
        var fault: FaultShim.Fault
        var words: String

        var testDescription: String { "\(fault) on \(calls.joined(separator: ", "))" }
    }

    private static let cases = [
        Case(calls: ["write", "truncate"], fault: .quota, words: "the disk quota of"),
        Case(calls: ["sync"], fault: .inputOutput, words: "cannot be read or written (Input/output error)"),
        Case(calls: ["read", "write", "sync"], fault: .stale, words: "cannot be read or written (Stale file handle)"),
    ]

    @Test(
        "a run pauses, says why, and goes on by itself; its numbers are those of a good disk",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that lets the disk fail"),
        arguments: cases
    )
    func passes(what: Case) async throws {
        let sweep = try SmallSweep(perClass: 8)
        let shim = try await FaultShim()
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--shard-images", "8"]),
            environment: shim.environment(of: "results.sqlite")
        )
        let endpoint = try await coordinator.endpoint()
        try shim.fail(what.calls, with: what.fault)
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "2"])
        try await coordinator.wait("paused") { Self.notices($0).contains { $0.hasPrefix("PAUSED: ") } }
        let notice = try #require(Self.notices(coordinator).first { $0.hasPrefix("PAUSED: ") })
        #expect(notice.contains(what.words))
        // Some tries later it is still one notice, and nothing is lost or recorded.
        try await Task.sleep(for: .milliseconds(1500))
        #expect(Self.notices(coordinator).filter { $0.hasPrefix("PAUSED: ") } == [notice])
        #expect(EventLog(coordinator.output).last("progress")?["done"] as? Int == 0)
        try shim.pass()
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["state"] as? String == "complete")
        #expect(ended["done"] as? Int == 80 * sweep.cells)
        #expect(ended["duplicates"] as? Int == 0)
        #expect(Self.notices(outcome.output).contains("the store can be used again; the run goes on"))
        #expect(try await Self.state(of: sweep) == "complete")
    }

    @Test(
        "a run that is stopped while its disk is full says so, and is interrupted for all who look",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that lets the disk fail")
    )
    func stopped() async throws {
        let sweep = try SmallSweep(perClass: 3)
        let shim = try await FaultShim()
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--local-workers", "1"]),
            environment: shim.environment(of: "results.sqlite")
        )
        _ = try await coordinator.endpoint()
        try shim.fail(with: .quota)
        try await coordinator.wait("paused") { Self.notices($0).contains { $0.hasPrefix("PAUSED: ") } }
        coordinator.signal(SIGTERM)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["state"] as? String == "interrupted")
        #expect(try await Self.state(of: sweep) == "interrupted")
        let again = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"]))
        #expect(again.code == 0, "\(again.errors)")
    }

    @Test("a file size limit is a full disk, too")
    func fileSizeLimit() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let arguments = sweep.run(["--json", "--shard-images", "8"]).map { "'\($0)'" }.joined(separator: " ")
        let coordinator = try Executable.shell("ulimit -f 512; exec \"$COORDINATOR\" \(arguments)")
        let worker = try Executable.worker.start(["run", "--connect", await coordinator.endpoint(), "--threads", "2"])
        try await coordinator.wait("paused") { Self.notices($0).contains { $0.hasPrefix("PAUSED: ") } }
        #expect(Self.notices(coordinator).contains { $0.contains("has reached the largest size of a file") })
        coordinator.signal(SIGTERM)
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["state"] as? String == "interrupted")
    }

    @Test("a run whose store has no space for a page of its index waits for it, and is ended by a signal")
    func indexWithoutSpace() async throws {
        let sweep = try SmallSweep(perClass: 200)
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--local-workers", "1", "--shard-images", "16"])
        )
        try await coordinator.waitForProgress()
        // A page of a mapped file that is not there, as where the file system finds no space for it.
        #expect(truncate(sweep.store() + "-shm", 0) == 0)
        try await coordinator.wait("paused") {
            Self.notices($0).contains { $0.hasPrefix("PAUSED: the disk of the store") }
        }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(coordinator.isRunning)
        coordinator.signal(SIGTERM)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["state"] as? String == "interrupted")
    }

    @Test("a store that is gone ends the run with the reason, an 'ended' event and code 1")
    func removed() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        _ = try await coordinator.endpoint()
        for name in sweep.folder.names() where name.hasPrefix("results.sqlite") && !name.hasSuffix(".lock") {
            try FileManager.default.removeItem(atPath: sweep.folder.path(name))
        }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 1)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("the store was removed or replaced while it was written to"))
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["state"] as? String == "interrupted")
        #expect((ended["error"] as? String)?.contains("removed or replaced") == true)
    }

    @Test("a run whose local workers cannot be started ends truthfully, too")
    func noWorkers() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let folder = try sweep.folder.write("", to: "bin/empty")
        let alone = URL(filePath: folder).deletingLastPathComponent().appending(path: "coordinator")
        try FileManager.default.copyItem(at: Executable.coordinator.url, to: alone)
        let arguments = sweep.run(["--json", "--local-workers", "1"]).map { "'\($0)'" }.joined(separator: " ")
        let outcome = try await Executable.shell("exec '\(alone.path)' \(arguments)").outcome()
        #expect(outcome.code == 2, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["state"] as? String == "interrupted")
        #expect((ended["error"] as? String)?.contains("no worker executable") == true)
        #expect(try await Self.state(of: sweep) == "interrupted")
    }

    @Test(
        "a trained model that a full disk does not take is offered again until it does",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that lets the disk fail")
    )
    func trainedModels() async throws {
        let sweep = try TrainedSweep(steps: 60)
        let shim = try await FaultShim()
        try shim.fail(with: .quota)
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--local-workers", "1"], store: "full"),
            environment: shim.environment(of: ".sqlite.models")
        )
        try await coordinator.wait("told") {
            Self.notices($0).contains { $0.contains("cannot keep a training's file") }
        }
        #expect(sweep.kept("full").filter { $0.hasSuffix(".safetensors") } == [])
        try shim.pass()
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(outcome.output)")
        #expect(sweep.kept("full").count == 1)
    }

    private static func notices(_ process: RunningProcess) -> [String] { notices(process.output) }

    private static func notices(_ output: String) -> [String] {
        EventLog(output).events.compactMap { $0["notice"] as? String }
    }

    private static func state(of sweep: SmallSweep) async throws -> String? {
        let runs = try await Executable.coordinator.run(["runs", "--store", sweep.store(), "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(runs.output.utf8)) as? [[String: Any]]
        return rows?.first?["state"] as? String
    }
}
