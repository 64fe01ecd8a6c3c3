// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("What is left behind, and what is begun anew", .timeLimit(.minutes(2)))
struct BeginningsAndEndsTests {
    @Test("a run that ends well leaves nothing in the temporary directory")
    func temporaryDirectory() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let arguments = sweep.run(["--local-workers", "1", "--quiet"])
        let outcome = try await Executable.coordinator.run(arguments, environment: ["TMPDIR": sweep.folder.path("tmp")])
        #expect(outcome.code == 0)
        #expect(!sweep.folder.names(in: "tmp").contains { $0.hasPrefix("bitsweep-") })
    }

    @Test("a training that was killed before its first state is not begun anew in silence")
    func killedTraining() async throws {
        let training = try TrainedSweep(steps: 20)
        let arguments = [
            "train", training.folder.path("tiny.yaml"), "--output", training.folder.path("out.safetensors"),
        ]
        try training.folder.write("{\"loss\":1,\"step\":1}\n", to: "out.log.jsonl")
        let again = try await Executable.worker.run(arguments)
        #expect(again.code == 2)
        #expect(again.errors.contains("--resume") && again.errors.contains("--overwrite"))
        #expect(training.folder.text("out.log.jsonl") == "{\"loss\":1,\"step\":1}\n")
        #expect(try await Executable.worker.run(arguments + ["--resume"]).code == 0)
    }

    @Test("an unknown instruction set is a mistake of the command line", arguments: ["score", "evaluate", "run"])
    func instructionSet(command: String) async throws {
        let options =
            switch command {
            case "score": ["score", Checkout.model, "--input", "x", "--output", "y"]
            case "evaluate": ["evaluate", Checkout.model, "--dataset", "glyphs"]
            default: ["run", "--insecure", "--connect", "tcp://127.0.0.1:9"]
            }
        let outcome = try await Executable.worker.run(options, environment: ["BITSWEEP_ISA": "bogus"])
        #expect(outcome.code == 2)
        #expect(outcome.errors.hasPrefix("BITSWEEP_ISA: "))
        let sweep = try SmallSweep(perClass: 1)
        let run = try await Executable.coordinator.run(sweep.run(), environment: ["BITSWEEP_ISA": "bogus"])
        #expect(run.code == 2)
    }

    @Test("help fits 80 columns", arguments: ["tail", "status", "explain", "export", "run", "drain"])
    func help(command: String) async throws {
        let help = try await Executable.coordinator.run([command, "--help"], environment: ["COLUMNS": "80"]).output
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(help)")
    }
}
