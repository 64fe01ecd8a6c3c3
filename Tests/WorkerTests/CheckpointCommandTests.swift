// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Layers
import Networks
import TestSupport
import Testing
import Vocabulary

/// The worker's local commands, by the real executable, against numbers of an independent implementation.
@Suite("worker's checkpoint commands", .timeLimit(.minutes(3)))
struct CheckpointCommandTests {
    @Test(
        "an imported model scores the golden images as the implementation it comes from does",
        arguments: ["glow-affine-small", "glow-additive-small", "glow-affine-rgb"]
    )
    func importAndScore(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let (weights, golden) = (
            Checkout.fixture("\(name).safetensors"), Checkout.fixture("\(name).golden.safetensors")
        )
        let (model, scores) = (folder.path("model.safetensors"), folder.path("scores.safetensors"))
        let imported = try await Executable.worker.run(["import", "--layout", "y0ast", weights, "--output", model])
        #expect(imported.code == 0, "\(imported.errors)")
        let scored = try await Executable.worker.run(
            ["score", model, "--input", golden, "--output", scores, "--latents", "--zero-latents", "1", "2"]
        )
        #expect(scored.code == 0, "\(scored.errors)")
        let (expected, found) = (try SafetensorsFile(contentsOf: golden), try SafetensorsFile(contentsOf: scores))
        for tensor in ["bpd", "zero1.bpd", "zero2.bpd", "zero1.x", "zero2.x", "latent.1", "latent.2"] {
            let (wanted, got) = (try expected.tensor(tensor), try found.tensor(tensor))
            #expect(wanted.shape == got.shape)
            let scale = wanted.values.map(\.magnitude).max() ?? 1
            let worst = zip(wanted.values, got.values).map { ($0 - $1).magnitude }.max() ?? .infinity
            #expect(worst <= (tensor.hasSuffix("bpd") ? 1e-4 : 1e-3 * scale), "\(tensor): \(worst)")
        }
    }

    @Test("inspect says what the shipped checkpoint is")
    func inspect() async throws {
        let outcome = try await Executable.worker.run(["inspect", Checkout.model, "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let metadata = try #require(object?["metadata"] as? [String: String])
        #expect(metadata["family"] == "glow" && metadata["levels"] == "5" && metadata["preprocessing"] == "resize")
        #expect(object?["digest"] as? String == (try Checkpoint(contentsOf: Checkout.model).digest.description))
    }

    @Test(
        "a command that cannot be carried out says why in one line",
        arguments: [
            ["inspect", "missing.safetensors"], ["import", "--layout", "other", "x", "--output", "y"],
            ["score", "missing", "--input", "x", "--output", "y"], ["run"], ["run", "--connect", "nowhere"],
            ["run", "--connect", "tcp://127.0.0.1:1", "--threads", "0"],
        ]
    )
    func errors(_ arguments: [String]) async throws {
        let outcome = try await Executable.worker.run(arguments)
        #expect([1, 2].contains(outcome.code))
        #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    }

    @Test("an instruction set that does not exist is refused with the choices")
    func instructionSet() async throws {
        let outcome = try await Executable.worker.run(
            ["score", Checkout.model, "--input", "x", "--output", "y"],
            environment: ["BITSWEEP_ISA": "sse9"]
        )
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains("'sse9'") && outcome.errors.contains("'portable'"))
    }
}
