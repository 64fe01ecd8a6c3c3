// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A worker whose machine cannot work", .timeLimit(.minutes(2)))
struct SickWorkerTests {
    /// A sweep of 24 shards and more whose model lies where no worker finds it but by asking the coordinator.
    private func fetchingSweep() throws -> (sweep: SmallSweep, model: String) {
        let sweep = try SmallSweep(perClass: 2)
        let model = sweep.folder.path("model.safetensors")
        try FileManager.default.copyItem(atPath: Checkout.model, toPath: model)
        let text = try String(contentsOfFile: sweep.file, encoding: .utf8)
        try sweep.folder.write(text.replacing(Checkout.model, with: model), to: "small.yaml")
        return (sweep, model)
    }

    /// A coordinator whose model file is gone after it began: it has the file open, workers must fetch it.
    private func coordinator(_ more: [String] = []) async throws -> (SmallSweep, RunningProcess, endpoint: String) {
        let (sweep, model) = try fetchingSweep()
        let run = sweep.run(["--json", "--shard-images", "5"] + more)
        let coordinator = try Executable.coordinator.start(run)
        let endpoint = try await coordinator.endpoint()
        try FileManager.default.removeItem(atPath: model)
        return (sweep, coordinator, endpoint)
    }

    private func progress(_ process: RunningProcess) -> [String: Any] {
        EventLog(process.output).last("progress") ?? [:]
    }

    /// The problem that the coordinator's last progress line names first.
    private func problem(_ process: RunningProcess) -> String {
        (progress(process)["troubles"] as? [[String: Any]])?.first?["problem"] as? String ?? ""
    }

    @Test("without a writable cache it burns nothing: the run says why it waits, and a good worker completes it")
    func unwritableCache() async throws {
        let (sweep, coordinator, endpoint) = try await coordinator()
        // A file where the folder should be: that stops root, too.
        let cache = try sweep.folder.write("no folder", to: "cache")
        let sick = try Executable.worker.start(["run", "--connect", endpoint, "--cache", cache])
        try await coordinator.wait("the run waits") { process in
            progress(process)["isWaiting"] as? Bool == true && problem(process).contains(cache)
        }
        let status = try await Executable.coordinator.run(["status", "--connect", endpoint])
        #expect(status.output.contains("waiting: 1 worker failing: "), "\(status.output)")
        #expect(progress(coordinator)["failed"] as? Int == 0 && coordinator.isRunning)

        let good = try Executable.worker.start(
            ["run", "--connect", endpoint, "--cache", sweep.folder.path("good")]
        )
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["done"] as? Int == 20 * sweep.cells && ended["failedShards"] as? Int == 0)
        #expect(sick.isRunning, "it waits for the next run")
        sick.signal(SIGTERM)
        good.signal(SIGTERM)
        #expect(try await sick.outcome().code == 0)
        let lines = sick.errors.split(separator: "\n").filter { $0.contains(cache) && !$0.contains("handed back") }
        #expect((1...12).contains(lines.count), "it is tried again after growing pauses: \(lines.count)")
    }

    @Test("with a cache too small for a file it burns nothing, not even a limit of one failure")
    func smallCache() async throws {
        let (sweep, coordinator, endpoint) = try await coordinator(["--max-failures", "1"])
        // The file is larger than what the cache may hold: this machine cannot have it.
        let sick = try Executable.worker.start(
            ["run", "--connect", endpoint, "--cache", sweep.folder.path("cache"), "--cache-limit", "1KB"]
        )
        try await coordinator.wait("two failures in a row", seconds: 30) { process in
            problem(process).contains("--cache-limit") && sick.errors.components(separatedBy: "--cache-limit").count > 2
        }
        #expect(coordinator.isRunning && progress(coordinator)["failed"] as? Int == 0)
        let good = try Executable.worker.start(["run", "--connect", endpoint, "--cache", sweep.folder.path("good")])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["failedShards"] as? Int == 0)
        for worker in [sick, good] { worker.signal(SIGTERM) }
    }

    @Test("a cache that cannot be used is told at the start, before any work needs it")
    func toldAtStart() async throws {
        let folder = try TemporaryFolder()
        let cache = try folder.write("no folder", to: "cache")
        let worker = try Executable.worker.start(
            ["run", "--connect", "tcp://127.0.0.1:1", "--insecure", "--cache", "\(cache)/here"]
        )
        try await worker.wait("the line", seconds: 10) { $0.errors.contains("cache: \(cache)/here: ") }
        #expect(worker.errors.contains("give --cache a directory"))
    }

    @Test(
        "with a cache on a full file system it burns nothing, and goes on by itself once there is space",
        // Mounting takes a namespace of one's own.
        .enabled(if: Namespaces.areAvailable, "needs unshare(1) with mount namespaces")
    )
    func fullCache() async throws {
        let (sweep, coordinator, endpoint) = try await coordinator()
        let cache = sweep.folder.path("cache")
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        let go = sweep.folder.path("go")
        // The worker is the process that is stopped with the test. One that outlives it keeps the shell from being waited
        // for, and Swift Testing, which waits for any child, then waits for ever in the next test that expects an exit.
        let worker = try Executable.shell(
            """
            exec unshare --mount --map-root-user bash -c '
                mount -t tmpfs -o size=64k tmpfs "\(cache)"
                (
                    while [ ! -e "\(go)" ] && [ -e "\(sweep.file)" ]; do sleep 0.1; done
                    mount -o remount,size=512m "\(cache)"
                ) &
                exec "$WORKER" run --connect \(endpoint) --cache "\(cache)"'
            """
        )
        try await coordinator.wait("the run waits") { process in
            progress(process)["isWaiting"] as? Bool == true && problem(process).contains(cache)
        }
        #expect(progress(coordinator)["failed"] as? Int == 0)
        try sweep.folder.write("", to: "go")
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
        #expect(EventLog(outcome.output).last("ended")?["failedShards"] as? Int == 0)
        #expect(outcome.output.contains("computes again"))
    }

    @Test("a training that comes to a machine without a usable cache is not burned: another goes on with it")
    func training() async throws {
        let sweep = try TrainedSweep(steps: 2000)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "results"))
        let endpoint = try await coordinator.endpoint()
        let first = try Executable.worker.start(["run", "--connect", endpoint])
        try await sweep.waitForState("results", of: coordinator)
        first.signal(SIGKILL)
        // It must fetch the state that the first one left.
        let cache = try sweep.folder.write("no folder", to: "cache")
        let sick = try Executable.worker.start(["run", "--connect", endpoint, "--cache", cache])
        try await coordinator.wait("the training waits") { process in
            progress(process)["isWaiting"] as? Bool == true && problem(process).contains(cache)
        }
        let good = try Executable.worker.start(["run", "--connect", endpoint])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!outcome.output.contains("gave up"))
        for worker in [sick, good] { worker.signal(SIGTERM) }
    }
}

/// Mount namespaces, in which a test has file systems of its own.
private enum Namespaces {
    static let areAvailable: Bool = {
        let probe = Process()
        probe.executableURL = URL(filePath: "/usr/bin/env")
        probe.arguments = ["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        (probe.standardOutput, probe.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()
}
