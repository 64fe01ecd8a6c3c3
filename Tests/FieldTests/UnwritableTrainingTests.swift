// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A training whose disk fills up, or fails for a while.
@Suite("A training that cannot write its files", .timeLimit(.minutes(2)))
struct UnwritableTrainingTests {
    @Test(
        "it waits, says why, and makes the checkpoint of an undisturbed training",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that lets the disk fail"),
        arguments: [FaultShim.Fault.quota, .inputOutput]
    )
    func passes(fault: FaultShim.Fault) async throws {
        let (sweep, shim) = (try TrainedSweep(steps: 20), try await FaultShim())
        let recipe = sweep.folder.path("tiny.yaml")
        func arguments(_ name: String) -> [String] {
            ["train", recipe, "--output", sweep.folder.path("\(name).safetensors"), "--quiet", "--threads", "1"]
        }
        try shim.fail(["write", "sync"], with: fault)
        let environment = shim.environment(of: "waiting.")
        let waiting = try Executable.worker.start(arguments("waiting"), environment: environment)
        try await waiting.wait("told") { $0.errors.contains("PAUSED: ") }
        #expect(!sweep.folder.names().contains("waiting.safetensors"))
        try shim.pass()
        let outcome = try await waiting.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("the training goes on"))
        #expect(outcome.errorLines.filter { $0.hasPrefix("PAUSED") }.count == 1)
        let calm = try await Executable.worker.run(arguments("calm"))
        #expect(calm.code == 0, "\(calm.errors)")
        for ending in ["safetensors", "curve.svg", "samples.png"] {
            #expect(sweep.folder.bytes("waiting.\(ending)") == sweep.folder.bytes("calm.\(ending)"), "\(ending)")
        }
    }

    @Test(
        "stopped while it waits, it ends with 1 and says what is kept",
        .enabled(if: FaultShim.compiler != nil, "there is no C compiler for the library that lets the disk fail")
    )
    func stopped() async throws {
        let (sweep, shim) = (try TrainedSweep(), try await FaultShim())
        let output = sweep.folder.path("waiting.safetensors")
        let waiting = try Executable.worker.start(
            ["train", sweep.folder.path("tiny.yaml"), "--output", output],
            environment: shim.environment(of: "waiting.")
        )
        try await waiting.wait("saved") { _ in sweep.folder.names().contains("waiting.state.safetensors") }
        try shim.fail(with: .full)
        try await waiting.wait("told") { $0.errors.contains("PAUSED: ") }
        waiting.signal(SIGTERM)
        let outcome = try await waiting.outcome()
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
        #expect(outcome.errors.contains("is kept in \(sweep.folder.path("waiting.state.safetensors"))"))
    }
}
