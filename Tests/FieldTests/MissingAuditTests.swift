// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Audits that nobody can make", .timeLimit(.minutes(2)))
struct MissingAuditTests {
    @Test("workers of one host are no second opinion: the run says so at its end, in runs and in exports")
    func oneHost() async throws {
        let sweep = try SmallSweep(perClass: 2)
        let outcome = try await Executable.coordinator.run(
            sweep.run(["--local-workers", "2", "--audit", "1", "--json"])
        )
        #expect(outcome.code == 0, "\(outcome.errors)")
        let log = EventLog(outcome.output)
        let ended = try #require(log.last("ended"))
        let missing = try #require(ended["auditsMissing"] as? Int)
        #expect(missing > 0 && ended["audits"] as? Int == 0)
        let notices = log.events.compactMap { $0["notice"] as? String }
        #expect(notices.contains { $0.hasPrefix("AUDIT NOT DONE for \(missing) of \(missing) chosen shards") })
        let runs = try await Executable.coordinator.run(["runs", "--store", sweep.store(), "--json"])
        #expect(runs.output.contains("\"auditsMissing\":\(missing)"))
        let rows = try await sweep.rows()
        #expect(rows.count == 120 && rows.allSatisfy { $0["audits_missing"] as? Int == missing })
        let again = try await Executable.coordinator.run(sweep.run(["--audit", "1", "--json"]))
        #expect(again.code == 0)
    }

    @Test("with --audit-required the run waits for a worker of another key and host, and says so")
    func required() async throws {
        let run = try await KeyedRun(["one", "two", "three"], ["--audit", "1", "--audit-required"])
        let first = try run.startWorker("one", from: "127.0.0.1")
        // Another key alone, or another host alone, is not enough.
        let second = try run.startWorker("two", from: "127.0.0.1")
        let third = try run.startWorker("one", from: "127.0.0.3")
        try await run.coordinator.wait("the run to wait") { process in
            EventLog(process.output).last("progress")?["waitingAudits"] as? Int ?? 0 > 0
        }
        let notices = EventLog(run.coordinator.output).events.compactMap { $0["notice"] as? String }
        #expect(notices.contains { $0.hasPrefix("waiting for a worker of another key and another host to audit") })
        let status = try await Executable.coordinator.run([
            "status", "--json", "--connect", run.endpoint, "--keys", run.sweep.keys,
        ])
        #expect(status.output.contains("\"auditsMissing\":") && !status.output.contains("\"auditsMissing\":0"))
        let other = try run.startWorker("three", from: "127.0.0.9")
        let outcome = try await run.coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["auditsMissing"] as? Int == 0 && ended["audits"] as? Int ?? 0 > 0)
        #expect(try await run.sweep.rows().allSatisfy { $0["audits_missing"] == nil })
        for worker in [first, second, third, other] { worker.signal(9) }
    }

    @Test("an interrupted run whose audits were required fails when it goes on: they are not made up for")
    func interrupted() async throws {
        let sweep = try SmallSweep(perClass: 2)
        let options = ["--local-workers", "1", "--audit", "1", "--audit-required", "--json"]
        let coordinator = try Executable.coordinator.start(sweep.run(options))
        try await coordinator.wait("the run to wait") { process in
            EventLog(process.output).last("progress")?["waitingAudits"] as? Int ?? 0 > 0
        }
        coordinator.signal(SIGINT)
        #expect(try await coordinator.outcome().code == 130)
        let again = try await Executable.coordinator.run(sweep.run(options))
        #expect(again.code == 1, "\(again.output)")
        #expect(again.output.contains("AUDIT NOT DONE"))
        let without = try await Executable.coordinator.run(sweep.run(["--audit-required"]))
        #expect(without.code == 2 && without.errors.contains("add --audit P"))
    }
}
