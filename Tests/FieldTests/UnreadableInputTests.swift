// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A file that cannot be read or written", .timeLimit(.minutes(2)))
struct UnreadableInputTests {
    /// What Foundation says of a failure where nobody translates it.
    private static let innards = ["could not be completed", "Error Domain", "NSCocoaErrorDomain", "NSPOSIXErrorDomain"]

    @Test(
        "is told in the system's words, by every command that takes one",
        arguments: [
            (Executable.worker, "train MISSING --output x.safetensors", "no such file"),
            (.worker, "train FOLDER --output x.safetensors", "Is a directory"),
            (.worker, "train RECIPE --output MISSING/x.safetensors", "No such file or directory"),
            (.worker, "evaluate MISSING --dataset glyphs", "no such file"),
            (.worker, "evaluate MODEL --dataset MISSING --labels MISSING", "no such file"),
            (.worker, "evaluate MODEL --dataset FOLDER --labels FOLDER", "not a regular file"),
            (.worker, "inspect FOLDER", "not a regular file"),
            (.worker, "sample MODEL --rows 1 --columns 1 --output FOLDER", "Is a directory"),
            (.worker, "import MISSING --layout y0ast --output x", "no such file"),
            (.worker, "run --connect tcp://127.0.0.1:1 --key MISSING", "MISSING"),
            (.coordinator, "plan MISSING", "no such file"),
            (.coordinator, "plan FOLDER", "FOLDER"),
            (.coordinator, "tail --store MISSING", "no such store"),
            (.coordinator, "tail --store FOLDER", "FOLDER"),
            (.coordinator, "export --store FOLDER --output x", "FOLDER"),
            (.coordinator, "run SWEEP --store MISSING/x.sqlite --listen tcp://127.0.0.1:0", "MISSING"),
        ]
    )
    func told(_ executable: Executable, _ line: String, _ expected: String) async throws {
        let sweep = try SmallSweep(perClass: 1)
        let folder = sweep.folder
        let recipe = try folder.write(Self.recipe, to: "recipe.yaml")
        let places = [
            "MISSING": folder.path("missing"), "FOLDER": folder.url.path, "RECIPE": recipe, "MODEL": Checkout.model,
            "SWEEP": sweep.file,
        ]
        func filled(_ text: String) -> String { places.reduce(text) { $0.replacing($1.key, with: $1.value) } }
        let outcome = try await executable.run(filled(line).split(separator: " ").map(String.init))
        #expect(outcome.code == 1 || outcome.code == 2)
        #expect(outcome.errorLines.count == 1 && outcome.errors.contains(filled(expected)), "\(outcome.errors)")
        #expect(!Self.innards.contains { outcome.errors.contains($0) }, "\(outcome.errors)")
    }

    @Test("no source has Foundation describe an error")
    func source() throws {
        var found: [String] = []
        for folder in ["Sources", "Worker", "Coordinator"] {
            let root = Checkout.root.appending(path: folder)
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
            for case let file as URL in try #require(files) where file.pathExtension == "swift" {
                let text = try String(contentsOf: file, encoding: .utf8)
                for line in text.split(separator: "\n") where line.contains("localizedDescription") {
                    if !line.contains("///") { found.append("\(file.lastPathComponent): \(line)") }
                }
            }
        }
        #expect(found.isEmpty)
    }

    private static let recipe = """
        version: 1
        name: tiny
        model: {family: glow, levels: 2, steps: 1, hidden-channels: 8, height: 8, width: 8}
        data: {dataset: glyphs, validation-images: 64}
        training: {steps: 1, batch: 16, initialisation-images: 16}
        """
}
