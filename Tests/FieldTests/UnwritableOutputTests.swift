// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Output that cannot be written", .timeLimit(.minutes(2)))
struct UnwritableOutputTests {
    private let sweep: SmallSweep

    init() throws { sweep = try SmallSweep(perClass: 1) }

    private func run(_ more: String, store: String) -> String {
        let arguments = sweep.run(["--local-workers", "1"], store: store)
        return "\"$COORDINATOR\" " + arguments.map { "'\($0)'" }.joined(separator: " ") + " " + more
    }

    private func ended(_ store: String) async throws -> String {
        try await Executable.coordinator.run(["runs", "--store", sweep.store(store), "--json"]).output
    }

    @Test(
        "a run goes on and ends well",
        arguments: ["> /dev/full 2> /dev/full", "> /dev/full", ">&- 2>&- <&-", "--json > /dev/full"]
    )
    func runGoesOn(redirection: String) async throws {
        let outcome = try await Executable.shell(run(redirection, store: "lost")).outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try await ended("lost").contains("\"state\":\"complete\""))
        // Neither a socket nor the store was taken for standard output.
        _ = try await Executable.shell(run("> /dev/null", store: "written")).outcome()
        #expect(try await sweep.csv("lost") == sweep.csv("written"))
    }

    @Test("a run whose log cannot be written counts the lines that it lost")
    func log() async throws {
        let outcome = try await Executable.shell(run("--json --log /dev/full --log-level trace", store: "log"))
            .outcome()
        #expect(outcome.code == 0)
        let end = try #require(EventLog(outcome.output).last("ended"))
        #expect(try #require(end["lostLines"] as? Int) > 0)
    }

    @Test("a reader of a run's lines that leaves early is not heard of, and the run goes on")
    func leavingReader() async throws {
        let line = run("--json | head -n 1; exit ${PIPESTATUS[0]}", store: "head")
        let outcome = try await Executable.shell(line).outcome()
        #expect(outcome.code == 0)
        #expect(outcome.errors.isEmpty)
        #expect(try await ended("head").contains("\"state\":\"complete\""))
    }

    @Test("a command whose product is its standard output ends with 1 and one line", arguments: ["> /dev/full", ">&-"])
    func product(redirection: String) async throws {
        _ = try await Executable.shell(run("--quiet", store: "results")).outcome()
        let (plan, store, model) = ("plan '\(sweep.file)'", "--store '\(sweep.store())'", "'\(Checkout.model)'")
        let commands = [
            "\"$COORDINATOR\" \(plan)", "\"$COORDINATOR\" new", "\"$COORDINATOR\" schema",
            "\"$COORDINATOR\" runs \(store)",
            "\"$COORDINATOR\" tail --once --json \(store)",
            "\"$COORDINATOR\" export --output - \(store)", "\"$COORDINATOR\" --help", "\"$WORKER\" --version",
            "\"$WORKER\" inspect \(model) --json", "\"$WORKER\" evaluate \(model) --dataset glyphs --images 2 --json",
        ]
        for command in commands {
            let outcome = try await Executable.shell("\(command) \(redirection)").outcome()
            #expect(outcome.code == 1, "\(command)")
            #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
            #expect(outcome.errors.hasPrefix("standard output: cannot be written ("))
        }
    }

    @Test("a reader of a command's product that leaves early is not heard of")
    func leavingReaderOfProduct() async throws {
        let outcome = try await Executable.shell("\"$COORDINATOR\" run --help | true; echo ${PIPESTATUS[0]}").outcome()
        // The signal of a broken pipe, or none where the help was written before the reader left.
        #expect(["141\n", "0\n"].contains(outcome.output))
        #expect(outcome.errors.isEmpty)
    }

    @Test("a training goes on", arguments: ["> /dev/full 2> /dev/full", ">&- 2>&-"])
    func training(redirection: String) async throws {
        let training = try TrainedSweep(steps: 20)
        let (recipe, output) = (training.folder.path("tiny.yaml"), training.folder.path("out.safetensors"))
        let line = "\"$WORKER\" train '\(recipe)' --output '\(output)' \(redirection)"
        let outcome = try await Executable.shell(line).outcome()
        #expect(outcome.code == 0)
        #expect(training.folder.names().contains("out.safetensors"))
    }

    @Test("a worker goes on", arguments: ["2> /dev/full", "2>&-"])
    func worker(redirection: String) async throws {
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]))
        let endpoint = try await coordinator.endpoint()
        let worker = try Executable.shell("exec \"$WORKER\" run --insecure --connect \(endpoint) \(redirection)")
        #expect(try await coordinator.outcome().code == 0)
        #expect(worker.isRunning)
        worker.signal(SIGTERM)
        #expect(try await worker.outcome().code == 0)
    }
}
