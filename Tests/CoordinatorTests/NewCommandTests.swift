// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `coordinator new` and `coordinator schema`, by the real executables.
@Suite("coordinator new", .timeLimit(.minutes(5)))
struct NewCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Ten images of 28×28 pixels and one channel, of ten classes, and their labels, under a name.
    private func data(_ name: String, side: UInt8 = 28, labels: String? = nil) throws -> String {
        var random = SplitMix64(seed: 16)
        let pixels = (0..<10 * Int(side) * Int(side)).map { _ in UInt8.random(in: 0...255, using: &random) }
        try folder.write([0, 0, 8, 1, 0, 0, 0, 10] + Array(0..<10), to: labels ?? "\(name)-labels.idx1-ubyte")
        return try folder.write(
            [0, 0, 8, 3, 0, 0, 0, 10, 0, 0, 0, side, 0, 0, 0, side] + pixels,
            to: "\(name)-images.idx3-ubyte"
        )
    }

    private func new(_ arguments: [String]) async throws -> String {
        let outcome = try await Executable.coordinator.run(["new"] + arguments)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(arguments): \(outcome.errors)")
        return outcome.output
    }

    /// What planning the file says: the number of cells, or an error.
    private func plan(_ text: String) async throws -> Int? {
        let file = try folder.write(text, to: "elsewhere/\(UUID().uuidString).yaml")
        var arguments = ["plan", file, "--json", "--no-measure", "--store", folder.path("none.sqlite")]
        if let data = Checkout.shared("data") { arguments += ["--data", data] }
        let outcome = try await Executable.coordinator.run(arguments)
        #expect(outcome.code == 0, "\(outcome.errors)\(text)")
        let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return report?["cells"] as? Int
    }

    @Test("each model with each data set, and all of them together, make a file that can be planned from anywhere")
    func combinations() async throws {
        let own = try data("mine")
        let models = [[], ["glow"], ["pixelcnn"], ["external"], ["glow", "pixelcnn", "external"]]
        let isPublished = Checkout.shared("data") != nil
        let datasets =
            [["glyphs"], [own]] + (isPublished ? [["mnist"], ["fashion-mnist"], ["mnist", "glyphs", own]] : [])
        for chosen in models {
            for images in datasets {
                let text = try await new((chosen.isEmpty ? [] : ["--model"] + chosen) + ["--dataset"] + images)
                // 1 + 2 + 6 transforms, and for a flow two zeroings more.
                let names = chosen.isEmpty ? ["glow"] : chosen
                let cells = names.map { $0 == "glow" ? 11 : 9 }.reduce(0, +) * images.count
                #expect(try await plan(text) == cells, "\(chosen) \(images)")
            }
        }
    }

    @Test(
        "what it writes runs to its end",
        arguments: [["--dataset", "glyphs"], ["--dataset", "glyphs", "--model", "pixelcnn"]]
    )
    func runs(arguments: [String]) async throws {
        let file = folder.path("sweep.yaml")
        let written = try await Executable.coordinator.run(["new", "--output", file] + arguments)
        #expect(written.code == 0 && written.output == "\(file) is written; next: coordinator plan \(file)\n")
        let run = try await Executable.coordinator.run([
            "run", file, "--store", folder.path("results.sqlite"), "--listen", "tcp://127.0.0.1:0",
            "--local-workers", "1", "--per-class-limit", "1", "--quiet",
        ])
        #expect(run.code == 0, "\(run.errors)")
        let runs = try await Executable.coordinator.run(["runs", "--store", folder.path("results.sqlite"), "--json"])
        #expect(runs.output.contains(#""state":"complete""#))
    }

    @Test("a file that is there is never written over")
    func neverOver() async throws {
        let file = try folder.write("mine\n", to: "sweep.yaml")
        let outcome = try await Executable.coordinator.run(["new", "--output", file])
        #expect(outcome.code == 2)
        #expect(outcome.errors == "\(file) is there already; give --output another name, or remove it\n")
        #expect(folder.text("sweep.yaml") == "mine\n")
    }

    @Test("labels are found beside images, or named behind them, or asked for")
    func labels() async throws {
        let named = try data("named", labels: "classes-label.gz")
        let labels = folder.path("classes-label.gz")
        #expect(try await new(["--dataset", named, labels]).contains("labels: \"\(labels)\""))
        let alone = try await Executable.coordinator.run(["new", "--dataset", named])
        #expect(alone.code == 2 && alone.errors.contains("where are its labels"), "\(alone.errors)")
        let beside = try data("beside")
        #expect(try await new(["--dataset", beside]).contains("beside-labels.idx1-ubyte"))
        let unknown = try await Executable.coordinator.run(["new", "--dataset", "minst"])
        #expect(unknown.code == 2 && unknown.errors.contains("those are mnist"), "\(unknown.errors)")
        #expect(unknown.errorLines.count == 1)
    }

    @Test("a model that cannot take the images is refused, and an external one is asked for their size")
    func sizes() async throws {
        let small = try data("small", side: 20)
        let refused = try await Executable.coordinator.run(["new", "--model", "pixelcnn", "--dataset", small])
        #expect(refused.code == 2 && refused.errors.contains("does not fit"), "\(refused.errors)")
        #expect(
            try await new(["--model", "external", "--dataset", small]).contains("height: 20, width: 20, channels: 1")
        )
    }

    @Test("the schema that is printed is the one in docs, which a new file names in its first line")
    func schema() async throws {
        let outcome = try await Executable.coordinator.run(["schema"])
        let documented = Checkout.root.appending(path: "docs/sweep.schema.json")
        #expect(outcome.code == 0)
        #expect(try outcome.output == String(contentsOf: documented, encoding: .utf8))
        let first = try await new(["--dataset", "glyphs"]).split(separator: "\n").first
        #expect(first == "# yaml-language-server: $schema=\(documented.path)")
    }
}
