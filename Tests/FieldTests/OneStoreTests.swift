// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Two coordinators on one store that know nothing of each other: two containers of a volume, two hosts of a file server.
@Suite("Two coordinators on one store", .timeLimit(.minutes(2)))
struct OneStoreTests {
    /// A container as far as coordinators can tell: its own process numbers, host name and mounts.
    private static let container =
        "exec unshare --pid --fork --kill-child --uts --mount --mount-proc sh -c 'hostname \"$0\"; exec \"$COORDINATOR\" \"$@\"'"

    private static func start(in host: String, _ arguments: [String]) throws -> RunningProcess {
        let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
        return try Executable.shell("\(container) \(host) \(quoted)")
    }

    @Test(
        "a second container is refused and told who has the run, and takes it over as soon as that one is killed",
        .enabled(if: Machine.hasNamespaces, "namespaces of processes, host names and mounts cannot be made here")
    )
    func containers() async throws {
        let sweep = try SmallSweep(perClass: 4)
        let first = try Self.start(in: "one", sweep.run(["--json"]))
        _ = try await first.endpoint()
        let second = try await Self.start(in: "two", sweep.run(["--json"])).outcome()
        #expect(second.code == 2)
        #expect(second.errorLines.count == 1)
        #expect(
            second.errors.contains(/is being computed by process \d+ on one since 20\d\d-\d\d-\d\dT/),
            "\(second.errors)"
        )
        #expect(EventLog(second.output).last("begun") == nil)
        #expect(EventLog(second.output).last("ended")?["state"] as? String == "not-begun")
        #expect(try await Self.state(of: sweep) == "running")

        first.signal(SIGKILL)
        _ = try await first.outcome()
        #expect(try await Self.state(of: sweep) == "interrupted", "nobody works on it, whatever the store last heard")
        let third = try await Self.start(in: "three", sweep.run(["--json", "--local-workers", "1"])).outcome()
        #expect(third.code == 0, "\(third.errors)")
        #expect(
            EventLog(third.output).last("ended")?["run"] as? String == EventLog(first.output).last("begun")?["run"]
                as? String
        )
        #expect(try await Self.state(of: sweep) == "complete")
    }

    @Test(
        "where locks are granted to everybody, who lost the run stops at once, tells its workers, and records nothing more",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that grants the locks"),
        arguments: [true, false]
    )
    func lossWithoutLocks(isComputing: Bool) async throws {
        let sweep = try SmallSweep(perClass: 20)
        let shim = try await FaultShim()
        let environment = shim.environment(of: ".lock", .grantedToAll)
        let arguments = sweep.run(["--json", "--shard-images", "16"])
        let loser = try Executable.coordinator.start(arguments, environment: environment)
        let endpoint = try await loser.endpoint()
        let worker = isComputing ? try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"]) : nil
        if isComputing { try await loser.waitForProgress() }

        let winner = try Executable.coordinator.start(arguments, environment: environment)
        _ = try await winner.endpoint()
        let lost = try await loser.outcome()
        #expect(lost.code == 4, "\(lost.errors)")
        let ended = try #require(EventLog(lost.output).last("ended"))
        #expect(ended["state"] as? String == "taken-over")
        #expect(lost.errors.contains("was taken over by process \(winner.id) on "), "\(lost.errors)")
        if let worker {
            try await worker.wait("told") { $0.errors.contains("another coordinator has taken the run over") }
            worker.signal(SIGTERM)
        }
        winner.signal(SIGTERM)
        let taken = try await winner.outcome()
        #expect(taken.code == 130, "\(taken.errors)")
        guard isComputing else { return }
        let again = try await Executable.coordinator.run(sweep.run(["--json", "--local-workers", "1"]))
        #expect(again.code == 0, "\(again.errors)")
        #expect(EventLog(again.output).last("ended")?["duplicates"] as? Int == 0)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "calm")).code == 0)
        #expect(try await sweep.csv() == sweep.csv("calm"))
    }

    @Test(
        "a file system without locks is named at once, and where a store belongs",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that refuses the locks")
    )
    func noLocks() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let shim = try await FaultShim()
        let environment = shim.environment(of: "results.sqlite", .fail(.noLocks))
        let began = ContinuousClock.now
        let refused = try await Executable.coordinator.run(sweep.run(["--json"]), environment: environment)
        #expect(refused.code == 2)
        #expect(refused.errors.contains("a store needs a local disk"), "\(refused.errors)")
        #expect(refused.errorLines.count == 1)
        #expect(sweep.folder.names().filter { $0.hasPrefix("results") && !$0.hasSuffix(".lock") } == [])

        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let read = try await Executable.coordinator.run(
            ["runs", "--store", sweep.store(), "--json"],
            environment: environment
        )
        #expect(read.code == 0, "nobody writes it, so that it can be read without locks: \(read.errors)")
        #expect(read.output.contains("\"state\":\"complete\""))
        #expect(began.duration(to: .now) < .seconds(20))
    }

    private static func state(of sweep: SmallSweep) async throws -> String? {
        let runs = try await Executable.coordinator.run(["runs", "--store", sweep.store(), "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(runs.output.utf8)) as? [[String: Any]]
        return rows?.first?["state"] as? String
    }
}
