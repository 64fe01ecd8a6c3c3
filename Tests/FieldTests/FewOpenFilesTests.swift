// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite("Few open files", .timeLimit(.minutes(2)))
struct FewOpenFilesTests {
    private let sweep: SmallSweep

    init() throws { sweep = try SmallSweep(perClass: 1) }

    private func command(_ name: String) throws -> String {
        switch name {
        case "run": "\"$COORDINATOR\" " + sweep.run(["--local-workers", "1"]).map { "'\($0)'" }.joined(separator: " ")
        case "worker": "\"$WORKER\" run --insecure --connect tcp://127.0.0.1:9 --walltime 1s --grace 1s"
        case "evaluate": "\"$WORKER\" evaluate '\(Checkout.model)' --dataset glyphs --images 2"
        default:
            "\"$WORKER\" train '\(try TrainedSweep(steps: 5).file)' --output '\(sweep.folder.path("x.safetensors"))'"
        }
    }

    @Test(
        "a command that may open too few says how many it needs and how to raise the limit",
        arguments: ["run", "worker", "evaluate", "train"],
        [16, 32]
    )
    func tooFew(name: String, limit: Int) async throws {
        let outcome = try await Executable.shell("ulimit -n \(limit); \(command(name))").outcome()
        #expect(outcome.code == 2)
        #expect(outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("open files") && outcome.errors.contains("raise the limit with: ulimit -n "))
    }

    @Test("a run with local workers works with a limit of 128 files, whatever it inherits beyond that")
    func enough() async throws {
        let line = try "exec 200> /dev/null; ulimit -n 128; \(command("run"))"
        let outcome = try await Executable.shell(line).outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        let few = try await Executable.shell("ulimit -n 64; \(command("run"))").outcome()
        #expect(few.code == 2)
        #expect(few.errorLines.count == 1)
    }
}
