// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Commands to a run that goes on, by the real executables.
@Suite("Control of a live run", .timeLimit(.minutes(5)))
struct ControlTests {
    private func ask(_ endpoint: String, _ command: String...) async throws -> Outcome {
        try await Executable.coordinator.run(command + ["--connect", endpoint])
    }

    private func status(_ endpoint: String) async throws -> [String: Any] {
        let outcome = try await ask(endpoint, "status", "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func metric(_ name: String, _ status: [String: Any]) -> Double {
        (status["metrics"] as? [String: Double])?[name] ?? -1
    }

    @Test("a paused run hands out nothing and says why, and a resumed one goes on to its end")
    func pauseAndResume() async throws {
        let sweep = try SmallSweep(perClass: 100)
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"]))
        let endpoint = try await coordinator.endpoint()
        try await coordinator.waitForProgress()
        let paused = try await ask(endpoint, "pause")
        #expect(paused.code == 0 && paused.output.contains("is paused"), "\(paused.errors)")
        var before = try await status(endpoint)
        while metric("leases", before) + metric("deliveries", before) > 0 { before = try await status(endpoint) }
        try await Task.sleep(for: .seconds(2))
        let after = try await status(endpoint)
        #expect(after["state"] as? String == "paused")
        #expect((after["pauseReason"] as? String)?.contains("coordinator resume") == true)
        #expect(metric("dispatches_total", after) == metric("dispatches_total", before))
        #expect(after["imagesDone"] as? Int == before["imagesDone"] as? Int)
        #expect(try await ask(endpoint, "resume").code == 0)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["done"] as? Int == 1000 * sweep.cells)
    }

    @Test("a cancelled run ends with 3, keeps what it recorded, and the next run begins anew with it")
    func cancel() async throws {
        let sweep = try SmallSweep(perClass: 100)
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"]))
        let endpoint = try await coordinator.endpoint()
        try await coordinator.waitForProgress()
        #expect(try await ask(endpoint, "cancel").code == 0)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 3, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["state"] as? String == "cancelled")
        let next = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"]))
        let completed = try #require(EventLog(next.output).last("ended"))
        #expect(completed["run"] as? String != ended["run"] as? String)
        #expect(completed["computed"] as? Int == 1000 * sweep.cells - (ended["done"] as? Int ?? 0))
    }

    @Test("a drained worker hands back what it has not begun and leaves with 0; the run ends on another")
    func drain() async throws {
        let sweep = try SmallSweep(perClass: 100)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let endpoint = try await coordinator.endpoint()
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        try await coordinator.waitForProgress()
        let unknown = try await ask(endpoint, "drain", "nobody")
        #expect(unknown.code == 1 && unknown.errors.contains("no worker 'nobody'"))
        let host = ProcessInfo.processInfo.hostName
        let drained = try await ask(endpoint, "drain", "\(host):\(worker.id)")
        #expect(drained.code == 0, "\(drained.errors)")
        let left = try await worker.outcome()
        #expect(left.code == 0, "\(left.errors)")
        let other = try Executable.worker.start(["run", "--connect", endpoint])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["done"] as? Int == 1000 * sweep.cells)
        #expect(ended["failed"] as? Int == 0)
        other.signal(SIGTERM)
    }

    @Test("explain tells of a cell under way from the coordinator, and of its parts from the store")
    func explain() async throws {
        let sweep = try SmallSweep(perClass: 60)
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"]))
        let endpoint = try await coordinator.endpoint()
        try await coordinator.waitForProgress()
        #expect(try await ask(endpoint, "pause").code == 0)
        // Whichever cell's id sorts first among those under way: ids follow the model's digest.
        let rows = String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n")
        let fields = try #require(rows.dropFirst().first).split(separator: ",").map(String.init)
        let (cell, transform) = (fields[0], fields[6])
        let none = try await ask(endpoint, "explain", "ffffffffffff", "--live")
        #expect(none.code == 1 && none.errors.contains("no cell"))
        let stored = try await Executable.coordinator.run(["explain", cell, "--store", sweep.store()])
        #expect(stored.code == 0, "\(stored.errors)")
        #expect(stored.output.contains("cell \(cell): glow on glyphs/test, \(transform)"))
        #expect(stored.output.contains("attempt 1 of epoch 1"))
        coordinator.signal(SIGINT)
        _ = try await coordinator.outcome()
    }

    @Test("audited shards are computed twice, agree, and change nothing in the export")
    func audit() async throws {
        let sweep = try SmallSweep(perClass: 10)
        for name in ["a", "b"] {
            let folder = sweep.folder.path("keys")
            _ = try await Executable.coordinator.run(["keys", "new", "--name", name, "--keys", folder])
        }
        let plain = try await Executable.coordinator.run(
            sweep.run(["--local-workers", "1", "--insecure"], store: "plain")
        )
        #expect(plain.code == 0, "\(plain.errors)")
        let coordinator = try Executable.coordinator.start(
            sweep.run(
                ["--audit", "1", "--shard-images", "8", "--json", "--keys", sweep.folder.path("keys")],
                store: "audited"
            )
        )
        let endpoint = try await coordinator.endpoint()
        // Only workers of another key and another host are a second opinion.
        let workers = try ["a": "127.0.0.1", "b": "127.0.0.2"].map { name, address in
            try Executable.worker.start([
                "run", "--connect", "tcp://\(address):0;\(endpoint.dropFirst("tcp://".count))",
                "--key", sweep.folder.path("keys/\(name).key"), "--threads", "1",
            ])
        }
        defer { workers.forEach { $0.signal(SIGKILL) } }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["mismatches"] as? Int == 0)
        #expect((ended["audits"] as? Int ?? 0) > 0)
        #expect(try await sweep.csv("plain") == sweep.csv("audited"))
    }
}
