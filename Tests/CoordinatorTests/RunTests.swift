// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Sweeps run by the real executables.
@Suite("coordinator run", .timeLimit(.minutes(5)))
struct RunTests {
    @Test("a sweep runs to its end, and a second run computes nothing and says so")
    func completeThenCached() async throws {
        let sweep = try SmallSweep(perClass: 2)
        let first = try await Executable.coordinator.run(sweep.run(["--local-workers", "2", "--json"]))
        #expect(first.code == 0, "\(first.errors)")
        let ended = try #require(EventLog(first.output).last("ended"))
        #expect(ended["state"] as? String == "complete")
        #expect(ended["computed"] as? Int == 20 * sweep.cells)

        let second = try await Executable.coordinator.run(sweep.run())
        #expect(second.code == 0, "\(second.errors)")
        #expect(second.errors.contains("nothing to compute, all 6 cells were cached"))
        let rows = try await sweep.csv().split(separator: UInt8(ascii: "\n"))
        #expect(rows.count == 1 + 20 * sweep.cells)
        let header = String(decoding: try #require(rows.first), as: UTF8.self)
        #expect(header.hasPrefix("cell,model,dataset,split,index,class,transform,parameters,seed,bpd"))
    }

    @Test("killing workers costs no image and changes no byte of the export")
    func killedWorkers() async throws {
        let sweep = try SmallSweep(perClass: 40)
        let undisturbed = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "calm"))
        #expect(undisturbed.code == 0, "\(undisturbed.errors)")

        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "chaos"))
        let endpoint = try await coordinator.endpoint()
        for _ in 0..<2 {
            let victim = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
            try await coordinator.waitForProgress()
            victim.signal(SIGKILL)
            _ = try await victim.outcome()
        }
        let survivor = try Executable.worker.start(["run", "--connect", endpoint])
        let outcome = try await coordinator.outcome()
        survivor.signal(SIGTERM)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["failed"] as? Int == 0)
        let (calm, chaos) = (try await sweep.csv("calm"), try await sweep.csv("chaos"))
        #expect(!calm.isEmpty && calm == chaos)
    }

    @Test("an interrupted run ends with 130, and the same command continues it under its id")
    func interruptAndResume() async throws {
        let sweep = try SmallSweep(perClass: 60)
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"]))
        try await coordinator.waitForProgress()
        coordinator.signal(SIGINT)
        let interrupted = try await coordinator.outcome()
        #expect(interrupted.code == 130, "\(interrupted.errors)")
        let before = try #require(EventLog(interrupted.output).last("ended"))
        #expect(before["state"] as? String == "interrupted")

        let resumed = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"]))
        #expect(resumed.code == 0, "\(resumed.errors)")
        let after = try #require(EventLog(resumed.output).last("ended"))
        #expect(after["run"] as? String == before["run"] as? String)
        let (done, computed) = (before["done"] as? Int ?? 0, after["computed"] as? Int ?? 0)
        #expect(done > 0 && computed > 0 && done + computed == 600 * sweep.cells)
    }

    @Test("a second coordinator on the same run is refused while the first lives")
    func secondCoordinator() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let first = try Executable.coordinator.start(sweep.run(["--json"]))
        _ = try await first.endpoint()
        let second = try await Executable.coordinator.run(sweep.run())
        #expect(second.code == 2)
        #expect(second.errors.contains("is being computed by process \(first.id)"))
        first.signal(SIGKILL)
        _ = try await first.outcome()
        let third = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"]))
        #expect(third.code == 0, "a killed run blocks nobody: \(third.errors)")
    }

    @Test("a worker started first keeps trying, and outlives its coordinator")
    func earlyWorker() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let endpoint = fixedEndpoint()
        let worker = try Executable.worker.start(["run", "--connect", endpoint])
        try await Task.sleep(for: .seconds(1))
        for store in ["first", "second"] {
            let outcome = try await Executable.coordinator.run(
                ["run", sweep.file, "--store", sweep.store(store), "--listen", endpoint]
            )
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
        #expect(try await sweep.csv("first") == sweep.csv("second"))
    }

    @Test("a model that no worker can load fails its shards, keeps the reason, and ends with 1")
    func failedShards() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let copy = sweep.folder.path("model.safetensors")
        try FileManager.default.copyItem(atPath: Checkout.model, toPath: copy)
        let text = try String(contentsOfFile: sweep.file, encoding: .utf8)
        _ = try sweep.folder.write(text.replacingOccurrences(of: Checkout.model, with: copy), to: "small.yaml")
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let endpoint = try await coordinator.endpoint()
        // Damaged in place: neither the worker's own file nor the coordinator's has the digest that was planned.
        let file = try FileHandle(forUpdating: URL(filePath: copy))
        try file.truncate(atOffset: 5000)
        try file.close()
        let worker = try Executable.worker.start(["run", "--connect", endpoint])
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        #expect(outcome.code == 1)
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["state"] as? String == "failed")
        #expect(outcome.output.contains("was it changed?"))
    }
}
