// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A sweep over embedded images with a tiny model that is trained first, in a folder of its own.
public struct TrainedSweep: Sendable {
    /// The sweep's own folder, which disappears with it.
    public let folder: TemporaryFolder
    /// The path of the sweep file.
    public let file: String

    /// A sweep of three cells whose model is trained for `steps` steps: by default for seconds, with many states stored.
    public init(steps: Int = 5000, length: String? = nil) throws {
        folder = try TemporaryFolder()
        file = try folder.write(Self.sweep(seeds: "[0]"), to: "sweep.yaml")
        try train(length ?? "steps: \(steps)")
    }

    /// Lets the model be trained for that length, from a checkpoint in the folder where one is given.
    public func train(_ length: String, from start: String? = nil) throws {
        _ = try folder.write(
            """
            version: 1
            name: tiny
            \(start.map { "start-from: \($0)" } ?? "# drawn")
            model: {family: glow, levels: 2, steps: 1, hidden-channels: 8, height: 8, width: 8}
            data: {dataset: glyphs, validation-images: 64}
            training: {\(length), batch: 16, initialisation-images: 64, checkpoint-every: 0.1s}
            """,
            to: "tiny.yaml"
        )
    }

    private static func sweep(seeds: String) -> String {
        """
        version: 1
        name: trained
        images: {split: test, per-class-limit: 2}
        models:
          tiny: {recipe: tiny.yaml}
        blocks:
          - models: [tiny]
            datasets: [glyphs]
            transforms:
              - identity
              - translate: {dx: -1}
              - noise: {kind: gaussian, scale: 1e-3}
            seeds: \(seeds)
        """
    }

    /// Makes the sweep larger: three more cells with the same model.
    public func grow() throws { _ = try folder.write(Self.sweep(seeds: "[0, 1]"), to: "sweep.yaml") }

    /// The path of a store in the folder.
    public func store(_ name: String) -> String { folder.path("\(name).sqlite") }

    /// Arguments of `coordinator run`, on a free port unless said otherwise.
    public func run(_ more: [String] = [], store name: String, listen: String = "tcp://127.0.0.1:0") -> [String] {
        ["run", file, "--store", store(name), "--listen", listen] + more
    }

    /// The names of the files that are kept of the training.
    public func kept(_ name: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: store(name) + ".models")) ?? []
    }

    /// Waits until a state of the unfinished training is stored, whole: while it arrives its name has another ending.
    public func waitForState(_ name: String, of coordinator: RunningProcess) async throws {
        while !kept(name).contains(where: { $0.contains(".state.") && $0.hasSuffix(".safetensors") }) {
            guard EventLog(coordinator.output).last("ended") == nil else { throw EarlyEnd(errors: coordinator.errors) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The CSV of the newest run.
    public func csv(_ name: String) async throws -> Data {
        let arguments = ["export", "--store", store(name), "--partial", "--output", folder.path("\(name).csv")]
        let outcome = try await Executable.coordinator.run(arguments)
        return outcome.code == 0 ? folder.bytes("\(name).csv") : Data()
    }
}
