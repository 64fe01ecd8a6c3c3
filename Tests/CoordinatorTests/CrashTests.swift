// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Coordinators that die, keys, and full disks, with the real executables.
@Suite("A coordinator that loses nothing", .timeLimit(.minutes(5)))
struct CrashTests {
    @Test("a coordinator killed again and again keeps its worker, and the export has the undisturbed bytes")
    func killedCoordinator() async throws {
        let sweep = try SmallSweep(perClass: 60)
        let calm = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "calm"))
        #expect(calm.code == 0, "\(calm.errors)")
        let endpoint = fixedEndpoint()
        let arguments = [
            "run", sweep.file, "--store", sweep.store("chaos"), "--listen", endpoint, "--shard-images", "16", "--json",
        ]
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        for _ in 0..<3 {
            let victim = try Executable.coordinator.start(arguments)
            try await victim.waitForProgress()
            victim.signal(SIGKILL)
            #expect(try await victim.outcome().code == -SIGKILL)
        }
        let last = try await Executable.coordinator.run(arguments)
        #expect(last.code == 0, "\(last.errors)")
        #expect(last.output.contains("\"mismatches\":0"))
        worker.signal(SIGTERM)
        let left = try await worker.outcome()
        #expect(left.code == 0, "one worker lived through all of it: \(left.errors)")
        let (undisturbed, chaos) = (try await sweep.csv("calm"), try await sweep.csv("chaos"))
        #expect(!undisturbed.isEmpty && undisturbed == chaos)
    }

    @Test("with keys, workers and clients that hold one are let in, and others are turned away with the reason")
    func keys() async throws {
        let sweep = try SmallSweep(perClass: 100)
        let keys = sweep.folder.path("keys")
        #expect(try await Executable.coordinator.run(["keys", "new", "--keys", keys]).code == 0)
        let coordinator = try Executable.coordinator.start(sweep.run(["--keys", keys, "--json"]))
        let endpoint = try await coordinator.endpoint()
        let stranger = try Executable.worker.start(["run", "--connect", endpoint, "--insecure"])
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--key", "\(keys)/worker.key"])
        try await coordinator.waitForProgress()
        let status = try await Executable.coordinator.run(["status", "--connect", endpoint, "--keys", keys, "--json"])
        #expect(status.code == 0, "\(status.errors)")
        #expect(status.output.contains("\"workerCount\":1"))
        let refused = try await Executable.coordinator.run(["status", "--connect", endpoint, "--insecure"])
        #expect(refused.code == 1)
        #expect(refused.errors.contains("--key"), "it says what to do: \(refused.errors)")
        #expect(stranger.errors.contains("--key"), "\(stranger.errors)")
        stranger.signal(SIGKILL)
        coordinator.signal(SIGINT)
        _ = try await coordinator.outcome()
        worker.signal(SIGKILL)
    }

    @Test("a worker that does not find the files computes with the coordinator's, to the same bytes")
    func artifacts() async throws {
        let sweep = try SmallSweep(perClass: 4)
        let calm = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "calm"))
        #expect(calm.code == 0, "\(calm.errors)")
        let model = sweep.folder.path("model.safetensors")
        try FileManager.default.copyItem(atPath: Checkout.model, toPath: model)
        let text = try String(contentsOfFile: sweep.file, encoding: .utf8)
        _ = try sweep.folder.write(text.replacingOccurrences(of: Checkout.model, with: model), to: "small.yaml")
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "wire"))
        let endpoint = try await coordinator.endpoint()
        // The coordinator has the file open; nobody else finds it.
        try FileManager.default.removeItem(atPath: model)
        let cache = sweep.folder.path("cache")
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--cache", cache])
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try await sweep.csv("calm") == sweep.csv("wire"))
        #expect(try !FileManager.default.contentsOfDirectory(atPath: cache).isEmpty)
    }
}
