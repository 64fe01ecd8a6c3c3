// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Sweeps that train their model first, with the real executables.
@Suite("Training inside a sweep", .timeLimit(.minutes(10)), .serialized)
struct TrainingTests {
    @Test("a model is trained once: its cells follow, and a larger sweep finds it again")
    func trainsOnce() async throws {
        let sweep = try TrainedSweep(steps: 40)
        let first = try await Executable.coordinator.run(sweep.run(["--local-workers", "2", "--json"], store: "s"))
        #expect(first.code == 0, "\(first.errors)")
        let ended = try #require(EventLog(first.output).last("ended"))
        #expect(ended["state"] as? String == "complete" && ended["computed"] as? Int == 60)
        let progress = try #require(EventLog(first.output).last("progress"))
        let training = try #require((progress["trainings"] as? [[String: Any]])?.first)
        #expect(training["model"] as? String == "tiny" && training["state"] as? String == "finished")
        #expect(sweep.kept("s").count == 1 && sweep.kept("s")[0].contains(".checkpoint.40."))

        try sweep.grow()
        let second = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"], store: "s"))
        #expect(second.code == 0, "\(second.errors)")
        let grown = try #require(EventLog(second.output).last("ended"))
        #expect(grown["computed"] as? Int == 60 && grown["cachedCells"] as? Int == 3)
        #expect(!second.output.contains("trains tiny"))
    }

    @Test("cells that are all recorded need no model, wherever it went")
    func recordedCells() async throws {
        let sweep = try TrainedSweep(steps: 2)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "s")).code == 0)
        try FileManager.default.removeItem(atPath: sweep.store("s") + ".models")
        let second = try await Executable.coordinator.run(sweep.run(store: "s"))
        #expect(second.code == 0 && second.errors.contains("nothing to compute"), "\(second.errors)")
    }

    @Test("when the worker that trains is killed, another goes on from its last state, to the same bytes")
    func takenOver() async throws {
        let sweep = try TrainedSweep()
        let calm = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "calm"))
        #expect(calm.code == 0, "\(calm.errors)")

        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "chaos"))
        let endpoint = try await coordinator.endpoint()
        let victim = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        try await sweep.waitForState("chaos", of: coordinator)
        victim.signal(SIGKILL)
        #expect(try await victim.outcome().code == -SIGKILL)
        let survivor = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "2"])
        let outcome = try await coordinator.outcome()
        survivor.signal(SIGTERM)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("trains tiny from step"), "\(outcome.output)")
        let (undisturbed, chaos) = (try await sweep.csv("calm"), try await sweep.csv("chaos"))
        #expect(!undisturbed.isEmpty && undisturbed == chaos)
        #expect(sweep.kept("calm") == sweep.kept("chaos"), "the same file, to the last bit")
    }

    @Test("a training that starts from a checkpoint gets it from the coordinator, and is taken over to the same bytes")
    func startsFromCheckpoint() async throws {
        let sweep = try TrainedSweep(steps: 30)
        func train(_ output: String) async throws -> Outcome {
            let recipe = sweep.folder.path("tiny.yaml")
            return try await Executable.worker.run(
                ["train", recipe, "--output", sweep.folder.path(output), "--threads", "1", "--quiet"]
            )
        }
        #expect(try await train("first.safetensors").code == 0)
        try sweep.train("steps: 3000", from: "first.safetensors")
        let alone = try await train("alone.safetensors")
        #expect(alone.code == 0, "\(alone.errors)")

        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "s"))
        let endpoint = try await coordinator.endpoint()
        // Its own cache, and nothing of the folder: what it has it got.
        let victim = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        try await sweep.waitForState("s", of: coordinator)
        victim.signal(SIGKILL)
        #expect(try await victim.outcome().code == -SIGKILL)
        try FileManager.default.moveItem(
            atPath: sweep.folder.path("first.safetensors"),
            toPath: sweep.folder.path("elsewhere.safetensors")
        )
        let survivor = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "2"])
        let outcome = try await coordinator.outcome()
        survivor.signal(SIGTERM)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("trains tiny from step"), "\(outcome.output)")
        let kept = try #require(sweep.kept("s").first)
        let trained = try Data(contentsOf: URL(filePath: sweep.store("s") + ".models").appending(path: kept))
        #expect(try trained == Data(contentsOf: URL(filePath: sweep.folder.path("alone.safetensors"))))
    }

    @Test("a worker that is asked to leave stores its state first, and leaves with 0")
    func leaves() async throws {
        let sweep = try TrainedSweep(steps: 100_000)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "s"))
        let endpoint = try await coordinator.endpoint()
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        try await sweep.waitForState("s", of: coordinator)
        let before = sweep.kept("s")
        worker.signal(SIGTERM)
        let left = try await worker.outcome()
        #expect(left.code == 0, "\(left.errors)")
        #expect(sweep.kept("s").count == 1 && sweep.kept("s") != before)
        coordinator.signal(SIGINT)
        #expect(try await coordinator.outcome().code == 130)
    }

    @Test("a coordinator killed in the middle goes on with the worker that trains, or with the state that it has")
    func killedCoordinator() async throws {
        let sweep = try TrainedSweep()
        let calm = try await Executable.coordinator.run(sweep.run(["--local-workers", "1"], store: "calm"))
        #expect(calm.code == 0, "\(calm.errors)")
        let endpoint = fixedEndpoint()
        let arguments = sweep.run(["--json"], store: "chaos", listen: endpoint)
        let first = try Executable.coordinator.start(arguments)
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"])
        try await sweep.waitForState("chaos", of: first)
        first.signal(SIGKILL)
        _ = try await first.outcome()
        let second = try await Executable.coordinator.run(arguments)
        #expect(second.code == 0, "\(second.errors)")
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
        let (undisturbed, chaos) = (try await sweep.csv("calm"), try await sweep.csv("chaos"))
        #expect(!undisturbed.isEmpty && undisturbed == chaos)
    }

    @Test("an interrupted run has the state stored, and the same command goes on from it")
    func interrupted() async throws {
        let sweep = try TrainedSweep()
        let coordinator = try Executable.coordinator.start(sweep.run(["--local-workers", "1", "--json"], store: "s"))
        try await sweep.waitForState("s", of: coordinator)
        coordinator.signal(SIGINT)
        #expect(try await coordinator.outcome().code == 130)
        #expect(sweep.kept("s").contains { $0.contains(".state.") })
        let second = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"], store: "s"))
        #expect(second.code == 0, "\(second.errors)")
        #expect(second.output.contains("trains tiny from step"))
    }

    @Test("a recipe whose length is a time is refused, and so is one that does not fit its images")
    func refusals() async throws {
        let timed = try TrainedSweep(length: "minutes: 1")
        let outcome = try await Executable.coordinator.run(["plan", timed.file])
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("its length is a time"), "\(outcome.errors)")
        #expect(outcome.errors.contains("sweep.yaml:5:3: model 'tiny': "), "\(outcome.errors)")
        let missing = try TrainedSweep()
        try FileManager.default.removeItem(atPath: missing.folder.path("tiny.yaml"))
        let planned = try await Executable.coordinator.run(["plan", missing.file])
        #expect(planned.code == 2 && planned.errors.contains("no such file"), "\(planned.errors)")
    }

    @Test("a training that diverges fails its cells by name and ends the run with 1")
    func diverges() async throws {
        let sweep = try TrainedSweep(steps: 200)
        let recipe = try String(contentsOfFile: sweep.folder.path("tiny.yaml"), encoding: .utf8)
        _ = try sweep.folder.write(recipe + "\noptimiser: {learning-rate: 1000}", to: "tiny.yaml")
        let outcome = try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--json"], store: "s"))
        #expect(outcome.code == 1, "\(outcome.errors)")
        let ended = try #require(EventLog(outcome.output).last("ended"))
        #expect(ended["failed"] as? Int == 60)
        #expect(outcome.output.contains("gave up training tiny after 1 attempt"), "\(outcome.output)")
        #expect(outcome.output.contains("diverged at step"))
    }
}
