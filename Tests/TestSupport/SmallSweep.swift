// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A sweep over embedded images with the shipped model, in a folder of its own.
public struct SmallSweep: Sendable {
    /// The sweep's own folder, which disappears with it.
    public let folder: TemporaryFolder
    /// The path of the sweep file.
    public let file: String

    /// A sweep of six cells with `perClass` images of each of ten classes.
    public init(perClass: Int, name: String = "small") throws {
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

    /// How many cells it has.
    public var cells: Int { 6 }

    /// The path of a store in the folder.
    public func store(_ name: String = "results") -> String { folder.path("\(name).sqlite") }

    /// Arguments of `coordinator run` on a free port.
    public func run(_ more: [String] = [], store name: String = "results") -> [String] {
        ["run", file, "--store", store(name), "--listen", "tcp://127.0.0.1:0"] + more
    }

    /// The CSV of the newest run, as far as it is recorded.
    public func csv(_ name: String = "results") async throws -> Data {
        let arguments = ["export", "--store", store(name), "--partial", "--output", folder.path("\(name).csv")]
        let outcome = try await Executable.coordinator.run(arguments)
        return outcome.code == 0 ? folder.bytes("\(name).csv") : Data()
    }
}
