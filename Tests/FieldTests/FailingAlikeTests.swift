// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@Suite("Shards that fail alike", .timeLimit(.minutes(2)))
struct FailingAlikeTests {
    /// Fails every shard that it is given in the same way, but for a number; returns how many it was given.
    private func failAll(_ peer: HostilePeer, until isOver: () -> Bool) async throws -> Int {
        var answered: Set<AttemptIdentity> = []
        while !isOver() {
            for case .assign(let assignments) in peer.messages {
                for assignment in assignments where answered.insert(assignment.attempt).inserted {
                    peer.say(
                        .failure(
                            ShardFailure(
                                attempt: assignment.attempt,
                                kind: .engine,
                                message: "level \(answered.count) has no scale",
                                log: (0..<50).map { "line \($0) of a long story" }
                            )
                        )
                    )
                }
            }
            peer.say(.heartbeat(WorkerHeartbeat()))
            try await Task.sleep(for: .milliseconds(20))
        }
        return answered.count
    }

    @Test("end the run after a few of them, which says so on every line where people look, once")
    func givenUp() async throws {
        let sweep = try SmallSweep(perClass: 20)
        let arguments = sweep.run(["--json", "--shard-images", "2"])
        let coordinator = try Executable.coordinator.start(arguments)
        let peer = try HostilePeer(await coordinator.endpoint())
        try peer.sayHello()
        let tried = try await failAll(peer) { !coordinator.isRunning }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 1)
        #expect(tried < 100, "of 600 shards, each of which has three attempts: \(tried)")
        let log = EventLog(outcome.output)
        #expect(log.last("ended")?["failed"] as? Int == 1200)
        let notices = log.events.compactMap { $0["notice"] as? String }
        #expect(notices.contains { $0.hasPrefix("gave up the rest of glow under ") && $0.contains("failed alike") })
        #expect(notices.count { $0.hasPrefix("gave up ") } < 40, "\(notices)")

        let csv = String(decoding: try await sweep.csv(), as: UTF8.self).split(separator: "\n")
        let cell = try #require(csv[1].split(separator: ",").first)
        let explain = ["explain", String(cell), "--store", sweep.store()]
        let explained = try await Executable.coordinator.run(explain)
        #expect(explained.output.utf8.count < 2000, "\(explained.output)")
        #expect(explained.output.contains("has no scale"), "\(explained.output)")
    }

    @Test("are named on the progress line, in status and in tail while the run goes on")
    func named() async throws {
        let sweep = try SmallSweep(perClass: 20)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json", "--shard-images", "2"]))
        let endpoint = try await coordinator.endpoint()
        let peer = try HostilePeer(endpoint)
        try peer.sayHello()
        // One model's classes fail; what is left of the others waits at it.
        var answered: Set<AttemptIdentity> = []
        try await coordinator.wait("a shard is given up") { process in
            for case .assign(let list) in peer.messages {
                for attempt in list.map(\.attempt) where answered.count < 10 && answered.insert(attempt).inserted {
                    peer.say(.failure(ShardFailure(attempt: attempt, kind: .engine, message: "level 1 has no scale")))
                }
            }
            peer.say(.heartbeat(WorkerHeartbeat()))
            let failures = EventLog(process.output).last("progress")?["failures"] as? [[String: Any]]
            return failures?.isEmpty == false
        }
        let status = try await Executable.coordinator.run(["status", "--connect", endpoint])
        #expect(status.output.contains(/failed: .*level 1 has no scale/), "\(status.output)")
        let reason = /failed: \d+ shards? of \d+ images?: .*level 1 has no scale/
        #expect(status.output.contains(reason), "\(status.output)")
        #expect(status.output.contains(/silent +failed/), "a column of the workers: \(status.output)")
        for place in [["--store", sweep.store()], ["--connect", endpoint]] {
            let tail = try await Executable.coordinator.run(["tail", "--once"] + place)
            #expect(tail.output.contains(/shards? failed: .*level 1 has no scale/), "\(tail.output)")
        }
        coordinator.signal(SIGKILL)
    }
}
