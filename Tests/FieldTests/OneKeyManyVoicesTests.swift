// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import WireProtocol

@Suite("Many identities of one key", .timeLimit(.minutes(2)))
struct OneKeyManyVoicesTests {
    @Test("three identities of one key do not outvote an honest worker, and what they invent is said to be disputed")
    func outvoting() async throws {
        let run = try await KeyedRun(["honest", "eve"], ["--audit", "1", "--shard-images", "10"])
        let ended = try await attack(run, honest: ["honest": "127.0.0.1"])
        #expect(ended["quarantines"] as? Int == 0, "there is no third voice")
        #expect(ended["disputedShards"] as? Int ?? 0 > 0)
        try await expectInventionsAreDisputed(run.sweep)
        let runs = try await Executable.coordinator.run(["runs", "--store", run.sweep.store(), "--json"])
        #expect(runs.output.contains("\"disputed\":\(ended["disputedShards"] ?? 0)"))
    }

    @Test("two honest workers with keys of their own convict all identities of a third key at once")
    func convicted() async throws {
        let run = try await KeyedRun(["honest", "frank", "eve"], ["--audit", "1", "--shard-images", "10"])
        let ended = try await attack(run, honest: ["honest": "127.0.0.1", "frank": "127.0.0.3"])
        #expect(ended["quarantines"] as? Int ?? 0 > 0)
        let quarantined = EventLog(run.coordinator.output).events.compactMap { $0["notice"] as? String }
            .filter { $0.hasPrefix("QUARANTINED") }
        #expect(!quarantined.isEmpty && quarantined.allSatisfy { $0.contains("elsewhere") }, "\(quarantined)")
        try await expectInventionsAreDisputed(run.sweep)
    }

    /// Lets the honest workers and three identities of eve's begin together, and returns how the run ended.
    private func attack(_ run: KeyedRun, honest: [String: String]) async throws -> [String: Any] {
        try await run.command("pause")
        let workers = try honest.map { try run.startWorker($0.key, from: $0.value) }
        var identities: [HostilePeer] = []
        for number in 1...3 {
            let peer = try HostilePeer(run.endpoint(from: "127.0.0.2"), key: run.key("eve"))
            try peer.sayHello(host: "elsewhere-\(number)")
            identities.append(peer)
        }
        _ = try await run.metrics { $0["active_workers"] == Double(3 + honest.count) }
        let inventions = identities.map { peer in Task { try await peer.inventEverything() } }
        defer {
            inventions.forEach { $0.cancel() }
            workers.forEach { $0.signal(9) }
        }
        try await run.command("resume")
        let outcome = try await run.coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try #require(EventLog(outcome.output).last("ended"))
    }

    /// Every invented row that stands in the export is marked.
    private func expectInventionsAreDisputed(_ sweep: SmallSweep) async throws {
        let rows = try await sweep.rows()
        let invented = rows.filter { $0["bpd"] as? Double == Double(ShardResult.inventedBits) }
        #expect(rows.count == 20 * sweep.cells && !invented.isEmpty)
        #expect(invented.allSatisfy { $0["disputed"] as? Int == 1 })
    }
}
