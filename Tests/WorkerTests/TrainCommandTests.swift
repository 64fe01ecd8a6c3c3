// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks
import TestSupport
import Testing

/// The real executable, killed and asked to end.
@Suite("worker train", .timeLimit(.minutes(10)), .serialized)
struct TrainCommandTests {
    private let folder: TemporaryFolder
    private let recipe: String

    init() throws {
        folder = try TemporaryFolder()
        recipe = try folder.write(Self.recipe(), to: "small.yaml")
    }

    private static func recipe(steps: Int = 40, more: String = "") -> String {
        """
        version: 1
        name: small
        model: {family: glow, height: 16, width: 16, levels: 2, steps: 2, hidden-channels: 8}
        data: {dataset: glyphs, preprocessing: resize, validation-images: 20}
        optimiser: {polyak: 0.9, clip-norm: 100}
        training: {steps: \(steps), batch: 16, initialisation-images: 32, checkpoint-every: 0.05s, validate-every: 15\(more)}
        """
    }

    private func train(_ output: String, _ options: String..., threads: Int = 1) async throws -> Outcome {
        try await Executable.worker.run(
            ["train", recipe, "--output", folder.path(output), "--threads", "\(threads)", "--quiet"] + options
        )
    }

    @Test(
        "leaves checkpoint, state, log, curve and samples; the same recipe makes the same bytes on any number of threads"
    )
    func files() async throws {
        let outcome = try await train("one.safetensors")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("40 steps, validation "))
        #expect(try await train("two.safetensors", threads: 2).code == 0)
        #expect(!folder.bytes("one.safetensors").isEmpty)
        #expect(folder.bytes("one.safetensors") == folder.bytes("two.safetensors"))
        #expect(folder.bytes("one.samples.png") == folder.bytes("two.samples.png"))
        let checkpoint = try Checkpoint(contentsOf: folder.path("one.safetensors"))
        #expect(checkpoint.metadata.provenance.hasPrefix("trained by recipe small (sha256 "))
        #expect(folder.bytes("one.samples.png").starts(with: [0x89, 0x50, 0x4e, 0x47]))
        #expect(String(decoding: folder.bytes("one.curve.svg"), as: UTF8.self).contains(">validation<"))
        let log = try folder.bytes("one.log.jsonl").split(separator: UInt8(ascii: "\n")).map {
            try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Double])
        }
        #expect(log.compactMap { $0["validation"] == nil ? nil : $0["step"] } == [15, 30, 40])
        // A tenth of the epoch's 311 steps, and the end.
        #expect(log.compactMap { $0["loss"] == nil ? nil : $0["step"] } == [31, 40])
        let loaded = try await Executable.worker.run(["inspect", folder.path("one.state.safetensors")])
        #expect(loaded.code == 1, "a state is no checkpoint")
    }

    @Test("killed at any moment and resumed, it ends with the weights of a training that nobody disturbed")
    func killed() async throws {
        // Seconds, of which each process before a kill gets a tenth: a fast machine does not finish in between.
        try Data(Self.recipe(steps: 2000).utf8).write(to: URL(filePath: recipe))
        #expect(try await train("undisturbed.safetensors").code == 0)
        for delay in [0, 3, 30, 75, 120] {
            let before = folder.bytes("killed.state.safetensors")
            let process = try Executable.worker.start(
                ["train", recipe, "--output", folder.path("killed.safetensors"), "--threads", "1", "--resume"]
            )
            // It has come further than the one before, and is somewhere in a step, a validation or the writing of a file.
            while folder.bytes("killed.state.safetensors") == before { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(delay))
            process.signal(SIGKILL)
            #expect(try await process.outcome().code == -SIGKILL)
            #expect(folder.bytes("killed.safetensors").isEmpty, "it was finished before it was killed")
        }
        let outcome = try await train("killed.safetensors", "--resume", threads: 2)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(folder.bytes("killed.safetensors") == folder.bytes("undisturbed.safetensors"))
        let steps = try ["killed", "undisturbed"].map { name in
            try folder.bytes("\(name).log.jsonl").split(separator: UInt8(ascii: "\n")).map {
                let object = try #require(try JSONSerialization.jsonObject(with: $0) as? [String: Double])
                return [object["step"], object["loss"], object["validation"]]
            }
        }
        #expect(steps[0] == steps[1], "the log tells each step once, with the same losses")
    }

    @Test("SIGTERM: everything is saved, the line says how to go on; then 3, and going on works")
    func terminated() async throws {
        try Data(Self.recipe(steps: 100_000).utf8).write(to: URL(filePath: recipe))
        let arguments = ["train", recipe, "--output", folder.path("m.safetensors"), "--threads", "1"]
        let process = try Executable.worker.start(arguments)
        while folder.bytes("m.state.safetensors").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        process.signal(SIGTERM)
        let outcome = try await process.outcome()
        #expect(outcome.code == 3)
        let line = try #require(outcome.errorLines.last)
        #expect(
            line.contains("stopped at step ") && line.contains("worker train \(recipe)") && line.hasSuffix("--resume")
        )
        #expect(folder.bytes("m.safetensors").isEmpty, "an unfinished model is not released")
        let finished = try await Executable.worker.run(arguments + ["--resume", "--minutes", "0.01"])
        #expect(finished.code == 0, "\(finished.errors)")
        #expect(!folder.bytes("m.safetensors").isEmpty)
    }

    @Test("what is there is kept, unless --resume or --overwrite says otherwise; then 2")
    func existing() async throws {
        #expect(try await train("m.safetensors").code == 0)
        let before = folder.bytes("m.safetensors")
        let refused = try await train("m.safetensors")
        #expect(refused.code == 2 && refused.errors.contains("--overwrite"))
        #expect(folder.bytes("m.safetensors") == before)
        let done = try await train("m.safetensors", "--resume")
        #expect(done.code == 0 && folder.bytes("m.safetensors") == before, "it was finished: the same again")
        #expect(try await train("m.safetensors", "--overwrite").code == 0)
        #expect(folder.bytes("m.safetensors") == before)
    }

    @Test(
        "what cannot be used is one line and 2",
        arguments: [
            ("colour: red", "small.yaml:7:1: unknown key 'colour'"), ("training: {}", "training needs one of"),
        ]
    )
    func unusable(_ line: String, _ message: String) async throws {
        let text = Self.recipe().split(separator: "\n").filter {
            !line.hasPrefix("training") || !$0.hasPrefix("training")
        }
        try Data((text + [line[...]]).joined(separator: "\n").utf8).write(to: URL(filePath: recipe))
        let outcome = try await train("m.safetensors")
        #expect(
            outcome.code == 2 && outcome.errorLines.count == 1 && outcome.errors.contains(message),
            "\(outcome.errors)"
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["small.yaml"])
    }

    @Test("a recipe may start from a checkpoint beside it; inspect tells of both trainings")
    func starting() async throws {
        #expect(try await train("first.safetensors").code == 0)
        let first = try Checkpoint(contentsOf: folder.path("first.safetensors"))
        let second = Self.recipe().replacing("name: small", with: "name: second\nstart-from: first.safetensors")
        try Data(second.replacing("hidden-channels: 8", with: "hidden-channels: 12").utf8).write(
            to: URL(filePath: recipe)
        )
        let outcome = try await train("second.safetensors")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try await train("second.safetensors", "--resume").code == 0)
        let shown = try await Executable.worker.run(["inspect", folder.path("second.safetensors"), "--json"])
        let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
        let training = try #require(object?["training"] as? [String: Any])
        let legs = try #require(training["legs"] as? [[String: Any]])
        #expect(training["steps"] as? Int == 80 && legs.map { $0["recipe"] as? String } == ["small", "second"])
        #expect(
            legs[1]["start"] as? String == "\(first.digest)" && legs[1]["grown_from"] as? String == "hidden-channels 8"
        )
        let replacing = try await train("first.safetensors", "--overwrite")
        #expect(replacing.code == 2 && replacing.errors.contains("give --output another name"), "\(replacing.errors)")
        #expect(try Checkpoint(contentsOf: folder.path("first.safetensors")).digest == first.digest)
        let text = try await Executable.worker.run(["inspect", folder.path("second.safetensors")])
        #expect(text.output.contains("training.2.start") && text.output.contains("training.steps"))
    }

    @Test("a checkpoint that a recipe cannot start from is one line with its place, and 2")
    func startRefused() async throws {
        let text = Self.recipe().replacing("name: small", with: "name: small\nstart-from: PATH")
        try Data(text.replacing("PATH", with: "none.safetensors").utf8).write(to: URL(filePath: recipe))
        let missing = try await train("m.safetensors")
        #expect(missing.code == 2 && missing.errors.contains("small.yaml:3:13: start-from: "), "\(missing.errors)")
        try Data(text.replacing("PATH", with: Checkout.model).utf8).write(to: URL(filePath: recipe))
        let larger = try await train("m.safetensors")
        #expect(larger.code == 2 && larger.errorLines.count == 3, "\(larger.errors)")
        #expect(larger.errors.contains("small.yaml:4:54: start-from: levels is 2 here and 5 in the checkpoint"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["small.yaml"])
    }

    @Test("a training that diverges says where, keeps the last good state, and ends with 1")
    func diverging() async throws {
        let text = Self.recipe().replacing("{polyak: 0.9,", with: "{method: sgd, learning-rate: 1000,")
            .replacing("clip-norm: 100", with: "clip-norm: off")
        try Data(text.utf8).write(to: URL(filePath: recipe))
        let outcome = try await train("m.safetensors")
        #expect(outcome.code == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("diverged at step ") && outcome.errors.contains("learning rate below"))
        #expect(folder.bytes("m.safetensors").isEmpty)
    }
}
