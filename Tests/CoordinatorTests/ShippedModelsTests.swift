// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The models of the quickstart, run by the real executables on a few embedded images.
@Suite("Shipped models", .timeLimit(.minutes(5)))
struct ShippedModelsTests {
    /// The rows of the last event with statistics, all classes together, by model and transform.
    private static func rows() async throws -> [[String: Any]] {
        let folder = try TemporaryFolder()
        let quickstart = Checkout.root.appending(path: "Sweeps/quickstart.yaml")
        let text = try String(contentsOf: quickstart, encoding: .utf8)
            .replacingOccurrences(of: "../Models", with: Checkout.root.appending(path: "Models").path)
            .replacingOccurrences(of: "per-class-limit: 50", with: "per-class-limit: 5")
        let store = folder.path("s.sqlite")
        let file = try folder.write(text, to: "quickstart.yaml")
        let arguments = ["run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1"]
        let run = try await Executable.coordinator.run(arguments)
        try #require(run.code == 0, "\(run.errors)")
        let tail = try await Executable.coordinator.run(["tail", "--store", store, "--once", "--json"])
        try #require(tail.code == 0, "\(tail.errors)")
        return EventLog(tail.output).events.filter { $0["class"] is NSNull || $0["class"] == nil }
    }

    @Test(
        "translation and noise raise every likelihood model's bits, zeroing lowers a flow's, and the classifier minds none"
    )
    func effects() async throws {
        let rows = try await Self.rows()
        func deltas(_ model: String, _ transform: String) throws -> [Double] {
            let deltas = rows.filter { $0["model"] as? String == model && $0["transform"] as? String == transform }
                .compactMap { $0["delta"] as? Double }
            try #require(!deltas.isEmpty, "no row of \(model) under \(transform)")
            return deltas
        }
        for model in ["glow-affine", "glow-additive"] {
            #expect(try deltas(model, "translate").allSatisfy { $0 > 0.005 })
            #expect(try deltas(model, "noise").allSatisfy { $0 > 0.2 })
            #expect(try deltas(model, "zero-latents").allSatisfy { $0 < -0.2 })
        }
        #expect(try deltas("pixelcnn", "noise").allSatisfy { $0 > 2 }, "noise is catastrophic for a PixelCNN++")
        let shift = (try deltas("pixelcnn", "translate"), try deltas("glow-affine", "translate"))
        #expect(zip(shift.0, shift.1).allSatisfy { $0 < $1 }, "a PixelCNN++ minds a shift less than a Glow")
        let accuracies = rows.filter { $0["model"] as? String == "classifier (accuracy)" }.compactMap {
            $0["mean"] as? Double
        }
        #expect(accuracies.count == 5 && accuracies.allSatisfy { $0 >= 0.9 }, "\(accuracies)")
    }
}
