// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The sweeps of `Sweeps/examples` as they stand there, on a few images, by the real executables.
@Suite("sweeps of the examples", .timeLimit(.minutes(5)))
struct ExampleSweepTests {
    private let folder: TemporaryFolder

    /// A folder in which the examples find what they name.
    init() throws {
        folder = try TemporaryFolder()
        let models = Checkout.root.appending(path: "Models")
        try FileManager.default.createSymbolicLink(at: folder.url.appending(path: "Models"), withDestinationURL: models)
    }

    private var store: String { folder.path("results.sqlite") }

    /// An example, which takes the embedded images where it asks for MNIST, and the scorer of the documentation where it
    /// asks for one of the reader's own; returns its path.
    private func example(_ name: String) throws -> String {
        let file = Checkout.root.appending(path: "Sweeps/examples/\(name).yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let small = text.replacing("[mnist]", with: "[glyphs]")
            .replacing("external: my-flow", with: "external: gaussian")
        return try folder.write(small, to: "Sweeps/examples/\(name).yaml")
    }

    private func coordinator(_ arguments: [String]) async throws -> String {
        let outcome = try await Executable.coordinator.run(arguments)
        #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
        return outcome.output
    }

    private func run(_ file: String) async throws {
        let options = ["--listen", "tcp://127.0.0.1:0", "--local-workers", "1", "--per-class-limit", "1", "--quiet"]
        _ = try await coordinator(["run", file, "--store", store] + options)
    }

    private func rows() async throws -> [ExportedRow] { try await ExportedRow.all(of: store, in: folder) }

    private struct Effect: Decodable {
        var transform: String
        var parameters: String
        var seed: UInt64
        var n: Int
        var mean: Double
        var model: String
    }

    private func effects(_ more: [String] = []) async throws -> [Effect] {
        let text = try await coordinator(["effects", "--store", store, "--where", "class=all", "--json"] + more)
        return try JSONDecoder().decode([Effect].self, from: Data(text.utf8))
    }

    /// Whether two means are equal but for the order of their sums; images that a Glow has never seen, with strong noise, have
    /// billions of bits per dimension.
    private func isNear(_ mean: Double, _ other: Double) -> Bool { abs(mean - other) <= 1e-9 * max(1, abs(other)) }

    /// The mean difference of two cells' images, from an export.
    private func difference(
        _ rows: [ExportedRow],
        _ cell: (ExportedRow) -> Bool,
        _ baseline: (ExportedRow) -> Bool
    ) -> Double {
        let before = Dictionary(uniqueKeysWithValues: rows.filter(baseline).map { ($0["index"], $0.bpd) })
        let differences = rows.filter(cell).map { $0.bpd - (before[$0["index"]] ?? .nan) }
        return differences.reduce(0, +) / Double(differences.count)
    }

    @Test("shift x noise x mask: 24 chained cells, each with its change from the image and from the shifted image")
    func chain() async throws {
        try await run(example("shift-noise-mask"))
        let rows = try await rows()
        let cells: Int = 1 + 3 + 8 + 24
        #expect(rows.count == 10 * cells)
        let chains = try await effects().filter { $0.transform == "chain" }
        let shorter = try await effects(["--against", "shorter"])
        #expect(chains.count == 24 && shorter.count == 24)
        for shift in [-1, -2, -3] {
            for mask in ["none", "background"] {
                let isShifted = { (row: ExportedRow) in row["transform"] == "translate" && row["dx"] == "\(shift)" }
                let isChained = { (row: ExportedRow) in
                    row["transform"] == "chain" && row["dx"] == "\(shift)" && row["mask"] == mask
                        && row["scale"] == "0.1"
                }
                let isHere = { (effect: Effect) in
                    ["dx=\(shift) ", "mask=\(mask) ", "scale=0.1 "].allSatisfy { "\(effect.parameters) ".contains($0) }
                }
                let total = try #require(chains.first(where: isHere)).mean
                #expect(isNear(total, difference(rows, isChained) { $0["transform"] == "identity" }))
                let added = try #require(shorter.first(where: isHere)).mean
                #expect(isNear(added, difference(rows, isChained, isShifted)))
            }
        }
    }

    @Test("seeds for noise alone: five of them, and a change for every one, from the images under the same seed")
    func seeds() async throws {
        try await run(example("seeds-for-noise"))
        let rows = try await rows()
        let cells: Int = 5 + 2 + 2 * 5
        #expect(rows.count == 10 * cells)
        let effects = try await effects()
        let noise = effects.filter { $0.transform == "noise" }
        #expect(Set(noise.map(\.seed)) == [0, 1, 2, 3, 4] && noise.count == 10)
        #expect(effects.filter { $0.transform == "translate" }.map(\.seed) == [0, 0])
        for effect in noise where effect.parameters.contains("scale=0.01 ") {
            let seed = "\(effect.seed)"
            let mean = difference(
                rows,
                { $0["transform"] == "noise" && $0["scale"] == "0.01" && $0["seed"] == seed },
                { $0["transform"] == "identity" && $0["seed"] == seed }
            )
            #expect(effect.n == 10 && isNear(effect.mean, mean), "seed \(seed)")
        }
    }

    @Test(
        "a model of one's own beside the shipped Glow, on one's own images",
        .enabled(if: ExternalSweep.hasNumPy, "python3 with numpy is not here")
    )
    func ownModel() async throws {
        let file = try example("own-model")
        var random = SplitMix64(seed: 3)
        let pixels = (0..<10 * 28 * 28).map { _ in UInt8.random(in: 0...255, using: &random) }
        // The reader takes IDX files whether they are compressed or not, whatever they are called.
        try folder.write(
            [0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, 28, 0, 0, 0, 28] + pixels,
            to: "Sweeps/examples/my-data/images.idx3-ubyte.gz"
        )
        try folder.write([0, 0, 8, 1, 0, 0, 0, 10] + Array(0..<10), to: "Sweeps/examples/my-data/labels.idx1-ubyte.gz")
        let coordinator = try Executable.coordinator.start([
            "run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--json",
        ])
        let scorer = Checkout.root.appending(path: "Sweeps/examples/scorers/gaussian.py").path
        let worker = try Executable.worker.start([
            "run", "--connect", try await coordinator.endpoint(), "--threads", "1", "--scorer",
            "gaussian=python3 '\(scorer)'",
        ])
        let outcome = try await coordinator.outcome()
        worker.signal(SIGTERM)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let rows = try await rows()
        let cells: Int = 1 + 2 + 6 + 1
        #expect(rows.count == 2 * 10 * cells)
        #expect(rows.allSatisfy { $0.bpd.isFinite })
        let effects = try await effects()
        for model in ["mine", "glow"] {
            let chained = try #require(effects.first { $0.model == model && $0.transform == "chain" })
            let mean = difference(
                rows.filter { $0["model"] == model },
                { $0["transform"] == "chain" },
                { $0["transform"] == "identity" }
            )
            #expect(chained.n == 10 && isNear(chained.mean, mean), "\(model)")
        }
    }
}
