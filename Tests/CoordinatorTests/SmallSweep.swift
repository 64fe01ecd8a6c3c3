// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A sweep over embedded images with the shipped model, in a folder of its own.
struct SmallSweep {
    let folder: TemporaryFolder
    let file: String

    /// A sweep of six cells with `perClass` images of each of ten classes.
    init(perClass: Int, name: String = "small") throws {
        folder = try TemporaryFolder()
        file = try folder.write(
            """
            version: 1
            name: \(name)
            images: {split: test, per-class-limit: \(perClass)}
            models:
              glow: {checkpoint: \(Checkout.model)}
            blocks:
              - models: [glow]
                datasets: [glyphs]
                transforms:
                  - identity
                  - translate: {dx: [-1, -2]}
                  - noise: {kind: gaussian, scale: 1e-3, mask: [none, background]}
                  - zero-latents: {levels: 1}
                seeds: [0]
            """,
            to: "small.yaml"
        )
    }

    var cells: Int { 6 }
    func store(_ name: String = "results") -> String { folder.path("\(name).sqlite") }

    /// Arguments of `coordinator run` on a free port.
    func run(_ more: [String] = [], store name: String = "results") -> [String] {
        ["run", file, "--store", store(name), "--listen", "tcp://127.0.0.1:0"] + more
    }

    /// The CSV of the newest run.
    func csv(_ name: String = "results") async throws -> Data {
        let arguments = ["export", "--store", store(name), "--format", "csv", "--output", folder.path("\(name).csv")]
        let outcome = try await Executable.coordinator.run(arguments)
        return outcome.code == 0 ? folder.bytes("\(name).csv") : Data()
    }
}

/// JSON lines of a command, by the event they name.
struct EventLog {
    let events: [[String: Any]]

    init(_ text: String) {
        events = text.split(separator: "\n").compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
        }
    }

    func last(_ event: String) -> [String: Any]? {
        events.last { $0["event"] as? String == event }
    }
}
