// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Batch systems and closed terminals, as they tell a process that its time is over.
@Suite("Signals and durations of schedulers", .timeLimit(.minutes(2)))
struct SchedulerSignalsTests {
    /// A recipe of a training that takes long, in `folder`.
    private func recipe(in folder: TemporaryFolder) throws -> String {
        try folder.write(
            """
            version: 1
            name: long
            model: {family: glow, levels: 2, steps: 1, hidden-channels: 8, height: 8, width: 8}
            data: {dataset: glyphs, validation-images: 64}
            training: {steps: 1000000, batch: 16, initialisation-images: 64, checkpoint-every: 0-00:00:01}
            """,
            to: "long.yaml"
        )
    }

    /// The number of the step whose state was saved, by what the training says of it.
    private func isSaved(_ outcome: Outcome, in folder: TemporaryFolder) -> Bool {
        outcome.code == 3 && outcome.errors.contains("everything is saved")
            && folder.names().contains { $0.contains("state") }
    }

    @Test("a training saves its state on each of them", arguments: [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2])
    func training(_ signal: Int32) async throws {
        let folder = try TemporaryFolder()
        let arguments = ["train", try recipe(in: folder), "--output", folder.path("m.safetensors"), "--threads", "1"]
        let training = try Executable.worker.start(arguments)
        try await training.wait("a step") { _ in folder.text("m.log.jsonl").contains("step") }
        training.signal(signal)
        let outcome = try await training.outcome()
        #expect(isSaved(outcome, in: folder), "\(outcome)")
    }

    @Test("where SIGHUP is ignored, as nohup has it, a training goes on")
    func nohup() async throws {
        let folder = try TemporaryFolder()
        let train =
            "exec \"$WORKER\" train \(try recipe(in: folder)) --output \(folder.path("m.safetensors")) --threads 1"
        let training = try Executable.shell("trap '' HUP; \(train)")
        try await training.wait("a step") { _ in folder.text("m.log.jsonl").contains("step") }
        training.signal(SIGHUP)
        let lines = { folder.text("m.log.jsonl").count { $0 == "\n" } }
        let before = lines()
        try await training.wait("more steps") { _ in lines() > before }
        training.signal(SIGUSR1)
        let outcome = try await training.outcome()
        #expect(isSaved(outcome, in: folder), "\(outcome)")
    }

    @Test(
        "a worker hands a run's training back with its state, and a coordinator ends its run in order",
        arguments: [SIGHUP, SIGUSR1]
    )
    func run(_ signal: Int32) async throws {
        let sweep = try TrainedSweep(steps: 1_000_000)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"], store: "s"))
        let worker = try Executable.worker.start(["run", "--connect", await coordinator.endpoint(), "--threads", "1"])
        try await worker.wait("training") { $0.errors.contains("training tiny from step 0 on") }
        worker.signal(signal)
        let left = try await worker.outcome()
        #expect(left.code == 0, "\(left.errors)")
        #expect(sweep.kept("s").contains { $0.contains(".state.") })
        coordinator.signal(signal)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 130, "\(outcome)")
        #expect(EventLog(outcome.output).last("ended")?["state"] as? String == "interrupted")
    }

    @Test("a worker leaves after --idle-timeout without work, and with --one-run after its run")
    func leaving() async throws {
        let idle = try await Executable.worker.run(
            ["run", "--connect", "tcp://127.0.0.1:1", "--threads", "1", "--idle-timeout", "1s"]
        )
        #expect(idle.code == 0 && idle.errors.contains("there was nothing to do for 1 s"), "\(idle)")

        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let endpoint = try await coordinator.endpoint()
        let arguments = ["run", "--connect", endpoint, "--threads", "1", "--one-run", "--idle-timeout", "0-01:00:00"]
        let worker = try Executable.worker.start(arguments)
        #expect(try await coordinator.outcome().code == 0)
        let outcome = try await worker.outcome()
        #expect(outcome.code == 0 && outcome.errors.contains("its run is over"), "\(outcome)")
    }

    @Test("every option with a duration takes what schedulers print, and says what it takes")
    func durations() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let run = sweep.run(["--insecure", "--local-workers", "1", "--time-limit"])
        let good = try await Executable.coordinator.run(run + ["1-00:00:00"])
        #expect(good.code == 0, "\(good.errors)")
        let worker = ["run", "--connect", "tcp://127.0.0.1:1"]
        for (executable, arguments) in [
            (Executable.coordinator, run), (.worker, worker + ["--walltime"]), (.worker, worker + ["--grace"]),
            (.worker, worker + ["--idle-timeout"]),
        ] {
            let bad = try await executable.run(arguments + ["2 weeks"])
            #expect(bad.code == 2 && bad.errorLines.count == 1, "\(bad)")
            #expect(bad.errors.contains("1h30m") && bad.errors.contains("1-00:00:00"), "\(bad)")
        }
    }
}
