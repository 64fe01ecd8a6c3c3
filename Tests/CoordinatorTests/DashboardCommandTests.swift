// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Dashboards of the real coordinator.
@Suite("coordinator dashboard", .timeLimit(.minutes(3)))
struct DashboardCommandTests {
    @Test("a run is watched while it goes on, and its store afterwards")
    func runAndStore() async throws {
        let sweep = try SmallSweep(perClass: 100)
        let options = ["--local-workers", "1", "--dashboard", "127.0.0.1:0", "--json"]
        let coordinator = try Executable.coordinator.start(sweep.run(options))
        let port = try await coordinator.dashboardPort { $0.output }
        try await coordinator.waitForProgress()

        #expect(WebClient.get("/livez", port: port).body == "alive\n")
        #expect(WebClient.get("/readyz", port: port).body == "ready\n")
        let metrics = WebClient.get("/metrics", port: port).body
        #expect(metrics.contains("bitsweep_workers{state=\"computing\"}"))
        #expect(metrics.contains("bitsweep_shard_seconds_bucket{model=\"glow\",transform="))
        let scored = metrics.components(separatedBy: "bitsweep_images_scored_total ").last?.prefix { $0 != "\n" }
        #expect(Int(scored ?? "") ?? 0 > 0)

        let run = try #require(EventLog(coordinator.output).last("begun")?["run"] as? String)
        let workers = try Self.object("/runs/\(run)/workers.json", port)
        #expect((workers["workers"] as? [[String: Any]])?.count == 1)
        let page = try Self.object("/runs/\(run).json", port)
        #expect((page["run"] as? [String: Any])?["state"] as? String == "running")
        #expect(page["total"] as? Int == sweep.cells)
        let client = try #require(WebClient(port: port))
        client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(client.receive(until: "images/s").contains(run))
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")

        let dashboard = try Executable.coordinator.start(
            ["dashboard", "--store", sweep.store(), "--listen", "127.0.0.1:0"]
        )
        let second = try await dashboard.dashboardPort { $0.errors }
        let after = try Self.object("/runs/\(run).json", second)
        #expect((after["run"] as? [String: Any])?["state"] as? String == "complete")
        let cells = try #require(after["cells"] as? [[String: Any]])
        #expect(cells.count == sweep.cells && cells.allSatisfy { $0["recorded"] as? Int == 1000 })
        let cell = try #require(cells.first { $0["transform"] as? String == "zero-latents" }?["cell"] as? String)
        var examples: [[String: Any]] = []
        for _ in 0..<100 where examples.isEmpty {
            try await Task.sleep(for: .milliseconds(200))
            examples = try Self.object("/runs/\(run)/cells/\(cell).json", second)["examples"] as? [[String: Any]] ?? []
        }
        #expect(examples.count == 12)
        #expect(WebClient.get("/runs/\(run)/cells/\(cell)", port: second).body.contains("src=\"data:image/png;base64,"))
        dashboard.signal(SIGTERM)
        #expect(try await dashboard.outcome().code == 0)
    }

    @Test("with --keep-dashboard the store is shown after the run, and the run's exit code is kept")
    func kept() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let options = ["--local-workers", "1", "--dashboard", "127.0.0.1:0", "--keep-dashboard", "--json"]
        let coordinator = try Executable.coordinator.start(sweep.run(options))
        let port = try await coordinator.dashboardPort { $0.errors }
        #expect(EventLog(coordinator.output).last("ended")?["state"] as? String == "complete")
        #expect(WebClient.get("/readyz", port: port).body == "ready\n")
        #expect((try Self.object("/runs.json", port)["runs"] as? [[String: Any]])?.count == 1)
        coordinator.signal(SIGTERM)
        #expect(try await coordinator.outcome().code == 0)

        // One that is asked to end does, dashboard or not.
        let long = try SmallSweep(perClass: 100)
        let stopped = try Executable.coordinator.start(long.run(options))
        try await stopped.waitForProgress()
        stopped.signal(SIGTERM)
        #expect(try await stopped.outcome().code == 130)
        #expect(try await Executable.coordinator.run(sweep.run(["--keep-dashboard"])).code == 2)
    }

    @Test("others need the token, which only its owner can read and which stays the same")
    func token() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1"])).code == 0)
        let arguments = ["dashboard", "--store", sweep.store(), "--listen", "0.0.0.0:0"]
        let dashboard = try Executable.coordinator.start(arguments)
        let port = try await dashboard.dashboardPort { $0.errors }
        let file = sweep.store() + ".token"
        let text = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(
            mode == 0o600 && text.count == 64 && dashboard.errors.contains(file) && !dashboard.errors.contains(text)
        )
        #expect(WebClient.get("/runs.json", port: port).status == 401)
        let bearer = ["Authorization": "Bearer \(text)"]
        #expect(WebClient.get("/runs.json", port: port, headers: bearer).status == 200)
        dashboard.signal(SIGINT)
        #expect(try await dashboard.outcome().code == 0)
        let again = try Executable.coordinator.start(arguments)
        let second = try await again.dashboardPort { $0.errors }
        #expect(WebClient.get("/runs.json", port: second, headers: bearer).status == 200)
        again.signal(SIGTERM)
        _ = try await again.outcome()
        chmod(file, 0o644)
        let exposed = try await Executable.coordinator.run(arguments)
        #expect(exposed.code == 2 && exposed.errorLines.count == 1 && exposed.errors.contains("0644"))
    }

    @Test(
        "a wrong address, path or store ends in a line with code 2",
        arguments: [
            (["--listen", "8470"], "not a host and a port"),
            (["--listen", "127.0.0.1:99999"], "not a host and a port"),
            (["--listen", "192.0.2.1:0"], "192.0.2.1"), (["--base-path", "x y"], "--base-path"), ([], "no-such"),
        ]
    )
    func mistakes(_ more: [String], _ words: String) async throws {
        let folder = try TemporaryFolder()
        let outcome = try await Executable.coordinator.run(
            ["dashboard", "--store", folder.path("no-such.sqlite")] + more
        )
        #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    private static func object(_ path: String, _ port: Int) throws -> [String: Any] {
        let answer = WebClient.get(path, port: port)
        return try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any] ?? [:]
    }
}

extension RunningProcess {
    /// The port of its dashboard, as it says among what `text` gives.
    fileprivate func dashboardPort(_ text: (RunningProcess) -> String) async throws -> Int {
        for _ in 0..<1200 where isRunning {
            if let place = text(self).components(separatedBy: "Dashboard: http://").dropFirst().first,
                let port = place.split(separator: "/").first?.split(separator: ":").last.flatMap({ Int($0) })
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CocoaError(.coderValueNotFound)
    }
}
