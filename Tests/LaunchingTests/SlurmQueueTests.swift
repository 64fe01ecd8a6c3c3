// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Launching
import ResultStore
import TestSupport
import Testing

/// Commands of a cluster that say what a real one said: lines of `squeue` are those of Slurm 22.05.
private struct RecordedCluster {
    let folder: TemporaryFolder

    init(queue: String) throws {
        folder = try TemporaryFolder()
        try script("squeue", "printf '%s' '\(queue)'")
        let refusal = "case $* in *99*) echo 'Invalid job id 99' >&2; exit 1;; esac"
        try script("scancel", "echo \"$@\" >> \(folder.path("cancelled")); \(refusal)")
    }

    private func script(_ name: String, _ line: String) throws {
        let path = try folder.write("#!/bin/sh\n\(line)\n", to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    var queue: SlurmQueue { SlurmQueue(environment: ["PATH": "\(folder.url.path):/usr/bin:/bin"]) }

    func job(_ id: String, workers: Int, name: String = "bitsweep-glyphs") -> LaunchedJob {
        LaunchedJob(
            launcher: .slurm,
            place: "test",
            id: id,
            name: name,
            run: "r",
            workers: workers,
            launched: Date(),
            details: ["logs": folder.url.path]
        )
    }
}

@Suite struct SlurmQueueTests {
    @Test func `tasks that wait, run, or have left the queue are told apart`() async throws {
        let cluster = try RecordedCluster(
            queue: """
                7_1|bitsweep-glyphs|RUNNING|node1|1:58|None
                7_2|bitsweep-glyphs|PENDING||2:00|Resources
                8_1|something-else|RUNNING|node1|1:00|None

                """
        )
        try cluster.folder.write("2026 info worker: joined run r\nlast\n", to: "7_3.log")
        let workers = try await cluster.queue.workers(of: [cluster.job("7", workers: 3), cluster.job("8", workers: 1)])
        #expect(workers.map(\.name) == ["7_1", "7_2", "7_3", "8_1"])
        #expect(workers.map(\.state) == [.running, .waiting("Resources"), .ended, .ended])
        #expect(workers[0].remaining == .seconds(118))
        #expect(workers[0].host == "node1")
        #expect(workers[2].log?.hasJoined == true)
        #expect(workers[2].log?.lastLines.last == "last")
        #expect(!workers[2].wasInVain)
        #expect(workers[0].log == nil)
    }

    @Test func `a job is cancelled by number and name, and one that is gone counts as cancelled`() async throws {
        let cluster = try RecordedCluster(queue: "")
        let problems = try await cluster.queue.cancel([cluster.job("7", workers: 2), cluster.job("99", workers: 2)])
        #expect(problems == [nil, nil])
        let calls = String(decoding: cluster.folder.bytes("cancelled"), as: UTF8.self)
        #expect(calls == "--name=bitsweep-glyphs 7\n--name=bitsweep-glyphs 99\n")
    }

    @Test func `without Slurm's commands it says where they are`() async throws {
        let queue = SlurmQueue(environment: ["PATH": "/nowhere"])
        let cluster = try RecordedCluster(queue: "")
        await #expect(throws: LaunchError.self) { try await queue.workers(of: [cluster.job("7", workers: 1)]) }
    }
}
