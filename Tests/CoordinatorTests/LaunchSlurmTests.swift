// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import TestSupport
import Testing

/// A cluster of this machine alone: commands with the names of Slurm's run an array's tasks at once, side by side.
///
/// `scripts/exercise-slurm` does the same with a real Slurm.
private struct PretendedCluster {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try script(
            "sbatch",
            """
            script=${@: -1}; id=$(($(cat number 2>/dev/null || echo 40) + 1)); echo $id > number
            grep -o 'job-name=.*' "$script" | cut -d= -f2 > $id.name
            logs=$(grep -o 'output=.*/' "$script" | cut -d= -f2)
            for task in $(seq $(grep -o 'array=1-[0-9]*' "$script" | cut -d- -f2)); do
                ( bash "$script" > "$logs/${id}_$task.log" 2>&1 & echo $! > ${id}_$task.pid; wait ) > /dev/null 2>&1 &
            done
            echo $id
            """
        )
        try script(
            "squeue",
            """
            for file in *.pid; do
                state=COMPLETED; kill -0 $(cat $file) 2> /dev/null && state=RUNNING
                echo "${file%.pid}|$(cat ${file%_*}.name)|$state|here|5:00|None"
            done
            """
        )
        try script("scancel", "for file in ${@: -1}_*.pid; do kill $(cat $file) 2> /dev/null; done; true")
        try script("scontrol", "echo 'ClusterName             = pretended'")
    }

    private func script(_ name: String, _ lines: String) throws {
        let path = try folder.write("#!/bin/bash\ncd \(folder.url.path)\n\(lines)\n", to: "bin/\(name)")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Variables of a user of the cluster, whose keys are in `sweep`'s folder.
    func environment(_ sweep: SmallSweep) -> [String: String] {
        ["PATH": "\(folder.path("bin")):/usr/bin:/bin", "BITSWEEP_KEYS": sweep.folder.path("keys")]
    }
}

/// `coordinator launch slurm`, by the real executables.
@Suite("coordinator launch slurm", .timeLimit(.minutes(5)))
struct LaunchSlurmTests {
    private func launch(
        _ sweep: SmallSweep,
        _ cluster: PretendedCluster,
        _ more: [String]
    ) async throws -> Outcome {
        let arguments = ["launch", "slurm", "--store", sweep.store(), "--time", "10m", "--idle-timeout", "5s"]
        return try await Executable.coordinator.run(arguments + more, environment: cluster.environment(sweep))
    }

    @Test func `an array of workers computes a run to its end, is listed, and gives the bytes of local workers`()
        async throws
    {
        let (sweep, cluster) = (try SmallSweep(perClass: 1), try PretendedCluster())
        let environment = cluster.environment(sweep)
        let local = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "local"))
        #expect(local.code == 0, "\(local.errors)")
        _ = try await Executable.coordinator.run(["keys", "new"], environment: environment)
        let arguments = ["run", sweep.file, "--store", sweep.store(), "--listen", "tcp://*:0"]
        let run = try Executable.coordinator.start(arguments, environment: environment)
        while (try? ResultStore.openForReading(sweep.store()).runs().first?.state) != .running {
            try await Task.sleep(for: .milliseconds(100))
        }
        let launched = try await launch(sweep, cluster, ["--workers", "2", "--", "--threads", "1"])
        #expect(launched.code == 0, "\(launched.errors)")
        #expect(launched.output.contains("job 41 on pretended: 2 workers, each for 00:10:00"))
        #expect(try await run.outcome().code == 0)
        let status = try await Executable.coordinator.run(
            ["launch", "status", "--store", sweep.store(), "--json"],
            environment: environment
        )
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [[String: Any]])
        #expect(rows.map { $0["worker"] as? String } == ["41_1", "41_2"])
        #expect(rows.contains { $0["joined"] as? Bool == true })
        #expect(try await sweep.csv() == sweep.csv("local"))
        #expect(try await !sweep.csv().isEmpty)
    }

    @Test func `three workers that cannot join end the launch with their logs, and the next one is refused`()
        async throws
    {
        let (sweep, cluster) = (try SmallSweep(perClass: 1), try PretendedCluster())
        let broken = try sweep.folder.write("#!/bin/sh\necho 'error: no such file' >&2\nexit 2\n", to: "broken")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: broken)
        let more = ["--workers", "4", "--connect", "tcp://127.0.0.1:9", "--executable", broken]
        let launched = try await launch(sweep, cluster, more)
        #expect(launched.code == 1)
        #expect(launched.errors.contains("error: no such file"))
        #expect(launched.errors.contains("3 workers in a row ended without having joined the run"))
        let again = try await launch(sweep, cluster, more)
        #expect(again.code == 2 && again.errors.contains("add --again"), "\(again.errors)")
    }

    @Test func `a coordinator that no node can reach is refused, with the tunnel to open`() async throws {
        let (sweep, cluster) = (try SmallSweep(perClass: 1), try PretendedCluster())
        let none = try await launch(sweep, cluster, ["--workers", "1", "--dry-run"])
        #expect(none.code == 2 && none.errors.contains("--coordinator-job SWEEP"), "\(none.errors)")
        #expect(none.errors.contains("ssh -N -R '*:7461:127.0.0.1:7461'"))
    }

    @Test func `a key that is missing or open to others is refused before anything is submitted`() async throws {
        let (sweep, cluster) = (try SmallSweep(perClass: 1), try PretendedCluster())
        let options = ["--workers", "1", "--connect", "tcp://head:7461", "--key"]
        let missing = try await launch(sweep, cluster, options + [sweep.folder.path("nowhere.key")])
        #expect(missing.code == 2 && missing.errors.contains("nowhere.key"), "\(missing.errors)")
        #expect(cluster.folder.names() == ["bin"])
    }

    @Test func `the script that is shown asks for the coordinator's job first where Slurm is to start it`() async throws
    {
        let (sweep, cluster) = (try SmallSweep(perClass: 1), try PretendedCluster())
        _ = try await Executable.coordinator.run(["keys", "new"], environment: cluster.environment(sweep))
        let options = ["--workers", "2", "--coordinator-job", sweep.file, "--run-option=--audit=0.5", "--dry-run"]
        let shown = try await launch(sweep, cluster, options)
        #expect(shown.code == 0, "\(shown.errors)")
        #expect(shown.output.contains("#SBATCH --dependency=after:JOB\n"))
        #expect(shown.output.contains("--endpoint-file \(sweep.folder.path("results.launch/endpoint"))"))
        #expect(shown.output.contains("--audit=0.5"))
        #expect(!shown.output.contains("--mem"))
    }
}
