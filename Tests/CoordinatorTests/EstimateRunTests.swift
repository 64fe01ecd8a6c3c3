// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Likelihoods that are not taken in the standard way, from the sweep file to certificates, by the real executables.
@Suite("likelihood, draws and dequantisation", .timeLimit(.minutes(5)))
struct EstimateRunTests {
    private func sweep(_ folder: TemporaryFolder, models: String) throws -> String {
        try folder.write(
            """
            version: 1
            name: estimates
            images: {split: test, per-class-limit: 2}
            models:
            \(models)
            blocks:
              - models: [plain, cells, lower]
                datasets: [glyphs]
                transforms:
                  - identity
                  - noise: {scale: 2e-4}
                  - zero-latents: {levels: 1}
            """,
            to: "estimates.yaml"
        )
    }

    @Test("a run of them is shown with their settings, pairs each with its own identity, and verifies")
    func run() async throws {
        let folder = try TemporaryFolder()
        let file = try sweep(
            folder,
            models: """
                  plain: {checkpoint: \(Checkout.model)}
                  cells: {checkpoint: \(Checkout.model), likelihood: interval, draws: 3}
                  lower: {checkpoint: \(Checkout.model), dequantisation: zero}
                """
        )
        let store = folder.path("results.sqlite")
        let arguments = [
            "run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1", "--quiet",
        ]
        let outcome = try await Executable.coordinator.run(arguments)
        #expect(outcome.code == 0, "\(outcome.errors)")

        let effects = try await Executable.coordinator.run(["effects", "--json", "--store", store])
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(effects.output.utf8)) as? [[String: Any]])
        let noisy = rows.filter { $0["transform"] as? String == "noise" && $0["class"] is NSNull }
        #expect(Set(noisy.compactMap { $0["model"] as? String }) == ["plain", "cells", "lower"])
        for row in noisy {
            let model = row["model"] as? String
            // A twentieth of a level leaves every pixel in its cell.
            #expect((row["mean"] as? Double == 0) == (model == "cells"), "\(row)")
            #expect(row["likelihood"] as? String == (model == "cells" ? "interval" : nil))
            #expect(row["draws"] as? Int == (model == "cells" ? 3 : nil))
            #expect(row["dequantisation"] as? String == (model == "lower" ? "zero" : nil))
        }

        let table = try await Executable.coordinator.run(["effects", "--store", store])
        #expect(table.output.contains("cells (interval, 3 draws)"), "\(table.output)")
        #expect(table.output.contains("lower (dequantisation zero)"))

        let certificate = folder.path("certificate.json")
        let certify = ["certify", "--store", store, "--output", certificate]
        #expect(try await Executable.coordinator.run(certify).code == 0)
        let verify = ["verify", certificate, "--store", store, "--sample", "20"]
        let verified = try await Executable.coordinator.run(verify)
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")

        let again = try await Executable.coordinator.run(["plan", file, "--store", store])
        #expect(again.output.contains("cached      9 cells"), "\(again.output)")
    }

    @Test("what means nothing to a model is refused with line and column")
    func refused() async throws {
        let folder = try TemporaryFolder()
        let file = try sweep(
            folder,
            models: """
                  plain: {family: pixelcnn}
                  cells: {family: pixelcnn, likelihood: interval, draws: 3}
                  lower: {checkpoint: \(Checkout.model), dequantisation: middle}
                """
        )
        let outcome = try await Executable.coordinator.run(["plan", file])
        #expect(outcome.code == 2)
        #expect(
            outcome.errors.contains(":6:58: model 'cells': draws 3 means nothing to a pixelcnn"),
            "\(outcome.errors)"
        )
        #expect(outcome.errors.contains("unknown dequantisation 'middle'"))
    }
}
