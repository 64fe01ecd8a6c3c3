// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@Suite("An engine that hangs while its heartbeat lives", .timeLimit(.minutes(2)))
struct HungEngineTests {
    /// A cache in which every fetch waits for a lock that this process holds: for the engine a dead disk.
    private final class DeadCache {
        let path: String
        private let lock: FileHandle

        init(in folder: TemporaryFolder) throws {
            try folder.write("", to: "dead/lock")
            path = folder.path("dead")
            lock = try FileHandle(forUpdating: URL(filePath: "\(path)/lock"))
            #expect(flock(lock.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        }
    }

    private func troubles(_ process: RunningProcess) -> [String] {
        let log = EventLog(process.output)
        let troubles = log.last("progress")?["troubles"] as? [[String: Any]] ?? []
        return troubles.compactMap { $0["problem"] as? String }
    }

    @Test("keeps no shard: an idle worker computes it, and the status says why")
    func shard() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let model = sweep.folder.path("model.safetensors")
        try FileManager.default.copyItem(atPath: Checkout.model, toPath: model)
        let text = try String(contentsOfFile: sweep.file, encoding: .utf8)
        try sweep.folder.write(text.replacing(Checkout.model, with: model), to: "small.yaml")
        let coordinator = try Executable.coordinator.start(sweep.run(["--json", "--stall-after", "4s"]))
        let endpoint = try await coordinator.endpoint()
        // It is open at the coordinator; workers must fetch it from there.
        try FileManager.default.removeItem(atPath: model)
        let cache = try DeadCache(in: sweep.folder)
        let hung = try Executable.worker.start(["run", "--connect", endpoint, "--cache", cache.path])
        try await coordinator.wait("it has work and makes no progress") { process in
            troubles(process).contains { $0.hasPrefix("no progress for ") }
        }
        let status = try await Executable.coordinator.run(["status", "--connect", endpoint])
        #expect(status.output.contains("waiting: 1 worker stalled: no progress for "), "\(status.output)")
        let good = try Executable.worker.start(["run", "--connect", endpoint])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(EventLog(outcome.output).last("ended")?["done"] as? Int == 10 * sweep.cells)
        #expect(hung.isRunning)
        hung.signal(SIGKILL)
        good.signal(SIGTERM)
    }

    @Test("keeps no shard either where it is idle workers' turn at once, as a peer that only beats shows")
    func peer() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json", "--stall-after", "4s"]))
        let endpoint = try await coordinator.endpoint()
        let peer = try HostilePeer(endpoint)
        try peer.sayHello()
        let attempt: AttemptIdentity? = try await peer.first {
            if case .assign(let list) = $0 { list.first?.attempt } else { nil }
        }
        let running = try #require(attempt)
        let good = try Executable.worker.start(["run", "--connect", endpoint])
        while coordinator.isRunning {
            peer.say(.heartbeat(WorkerHeartbeat(queued: 1, running: running)))
            try await Task.sleep(for: .milliseconds(500))
        }
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("no progress for "))
        good.signal(SIGTERM)
    }

    @Test("keeps no training: another worker goes on with it")
    func training() async throws {
        let sweep = try TrainedSweep(steps: 12000)
        let coordinator = try Executable.coordinator.start(
            sweep.run(["--json", "--stall-after", "4s"], store: "results")
        )
        let endpoint = try await coordinator.endpoint()
        let first = try Executable.worker.start(["run", "--connect", endpoint])
        try await sweep.waitForState("results", of: coordinator)
        // The file is there a moment before the coordinator counts on it.
        try await Task.sleep(for: .milliseconds(300))
        first.signal(SIGKILL)
        // It must fetch the state that the first one left, and never gets it.
        let cache = try DeadCache(in: sweep.folder)
        let hung = try Executable.worker.start(["run", "--connect", endpoint, "--cache", cache.path])
        try await coordinator.wait("the training makes no progress there") { process in
            process.output.contains("(pid \(hung.id)): no progress for ")
        }
        #expect(coordinator.output.contains("(pid \(hung.id)) trains tiny from step "))
        let good = try Executable.worker.start(["run", "--connect", endpoint])
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(hung.isRunning)
        hung.signal(SIGKILL)
        good.signal(SIGTERM)
    }
}
