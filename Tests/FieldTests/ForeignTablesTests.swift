// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@Suite("Tables of shards that somebody else was given", .timeLimit(.minutes(2)))
struct ForeignTablesTests {
    @Test("a peer that was never given a shard records nothing, whatever it sends", arguments: [[], ["--audit", "1"]])
    func neverGiven(options: [String]) async throws {
        let sweep = try SmallSweep(perClass: 2)
        let honest = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "honest"))
        #expect(honest.code == 0, "\(honest.errors)")
        let cells = try await sweep.rows("honest").reduce(into: [String: [UInt32]]()) { cells, row in
            cells[row["cell"] as? String ?? "", default: []].append(UInt32(row["index"] as? Int ?? -1))
        }
        #expect(cells.count == sweep.cells && cells.values.allSatisfy { $0.count == 20 })

        let coordinator = try Executable.coordinator.start(sweep.run(["--json"] + options))
        let endpoint = try await coordinator.endpoint()
        let thief = try HostilePeer(endpoint)
        try thief.sayHello()
        // It leaves at once, and so is given nothing.
        thief.say(.drain(reason: "does not want to work"))
        thief.say(.handBack(try await thief.given().map(\.attempt)))
        for (cell, indices) in cells {
            for shard in [0..<indices.count, 0..<1, 3..<11] {
                for attempt: UInt32 in 1...2 {
                    let identity = AttemptIdentity(
                        shard: Shard(
                            cell: try #require(CellID(hexadecimal: cell)),
                            lower: shard.lowerBound,
                            upper: shard.upperBound
                        ),
                        attempt: attempt + 5,
                        epoch: 1
                    )
                    thief.say(.results([.invented(identity, Array(indices[shard]))]))
                }
            }
        }
        thief.say(.heartbeat(WorkerHeartbeat()))
        let status = try await Executable.coordinator.metrics(endpoint) { $0["unleased_tables_total"] ?? 0 >= 36 }
        #expect(status["images_recorded_total"] == 0)
        thief.leave()
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        #expect(try await coordinator.outcome().code == 0)
        worker.signal(SIGKILL)
        let bits = try await sweep.rows().map { $0["bpd"] as? Double }
        #expect(try await sweep.rows("honest").map { $0["bpd"] as? Double } == bits)
    }

    @Test("a lease belongs to its key and connection: nobody else can fill, fail or hand back what it covers")
    func foreignLease() async throws {
        let run = try await KeyedRun(["anna", "eve"])
        let anna = try HostilePeer(run.endpoint, key: run.key("anna"))
        try anna.sayHello()
        let assignment = try #require(try await anna.given().first)
        let attempt = assignment.attempt
        // Under her name, too: it is no secret, since status shows it.
        for identity in [nil, anna.identity] {
            let eve = try HostilePeer(run.endpoint, key: run.key("eve"), identity: identity)
            try eve.sayHello { $0.unacknowledged = [attempt] }
            #expect(try await eve.mayForget(attempt), "nothing shows that it was hers")
            eve.say(.results([.invented(assignment)]))
            eve.say(.failure(ShardFailure(attempt: attempt, kind: .engine, message: "no")))
            eve.say(.handBack([attempt]))
            eve.leave()
        }
        _ = try await run.metrics { $0["unleased_tables_total"] ?? 0 >= 2 }
        let status = try await run.metrics { _ in true }
        #expect(status["images_recorded_total"] == 0 && status["engine_errors_total"] == 0)
        anna.say(.results([.invented(assignment)]))
        #expect(try await anna.mayForget(attempt))
        #expect(try await run.metrics { $0["images_recorded_total"] ?? 0 > 0 }["engine_errors_total"] == 0)
    }

    @Test("a coordinator that was started anew takes a table from whoever shows that it was its own, and nobody else")
    func afterRestart() async throws {
        let run = try await KeyedRun(["anna", "eve"])
        let anna = try HostilePeer(run.endpoint, key: run.key("anna"))
        try anna.sayHello()
        let assignment = try #require(try await anna.given().first)
        let (attempt, grants) = (assignment.attempt, [assignment.grant].compactMap(\.self))
        #expect(grants.first?.attempts.contains(attempt) == true)
        run.coordinator.signal(SIGKILL)
        _ = try await run.coordinator.outcome()

        let second = try run.startAgain()
        _ = try await second.endpoint()
        let eve = try HostilePeer(run.endpoint, key: run.key("eve"), identity: anna.identity)
        try eve.sayHello {
            $0.unacknowledged = [attempt]
            $0.grants = grants
        }
        #expect(try await eve.mayForget(attempt), "the mark is another key's")
        eve.say(.results([.invented(assignment)]))
        _ = try await run.metrics { $0["unleased_tables_total"] ?? 0 >= 1 }

        let seen = anna.messages.count
        try anna.sayHello {
            $0.unacknowledged = [attempt]
            $0.grants = grants
        }
        let welcome: UInt64? = try await anna.first(within: 20, skipping: seen) {
            if case .welcome(let welcome) = $0 { welcome.epoch } else { nil }
        }
        #expect(welcome == 2)
        anna.say(.results([.invented(assignment)]))
        let recorded = try await run.metrics { $0["images_recorded_total"] ?? 0 > 0 }
        #expect(recorded["images_recorded_total"] == Double(attempt.shard.count) && recorded["adopted_total"] == 1)
        second.signal(SIGKILL)
    }
}
