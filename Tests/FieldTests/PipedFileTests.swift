// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Sweep files and recipes from a pipe", .timeLimit(.minutes(2)))
struct PipedFileTests {
    private let folder: TemporaryFolder

    /// A sweep file whose model has a path relative to the folder.
    init() throws {
        folder = try TemporaryFolder()
        try folder.write([UInt8](Data(contentsOf: URL(filePath: Checkout.model))), to: "models/glow.safetensors")
        try folder.write(
            """
            version: 1
            name: piped
            images: {per-class-limit: 1}
            models:
              glow: {checkpoint: models/glow.safetensors}
            blocks:
              - {models: [glow], datasets: [glyphs], transforms: identity}
            """,
            to: "sweep.yaml"
        )
        try folder.write(
            """
            version: 1
            name: piped
            model: {family: glow, levels: 1, steps: 1, hidden-channels: &four 4, height: 4, width: 4, learned-top: Yes}
            data: {dataset: glyphs, validation-images: 16}  # R&D
            training: {steps: 1, batch: *four, initialisation-images: *four}
            """,
            to: "recipe.yaml"
        )
    }

    /// Runs a line of shell in the folder.
    private func shell(_ line: String) async throws -> Outcome {
        try await Executable.shell("cd \"$FOLDER\" && \(line)", environment: ["FOLDER": folder.url.path]).outcome()
    }

    @Test(
        "plan reads standard input and what a shell substitutes; relative paths start from the working directory",
        arguments: [
            "cat sweep.yaml | \"$COORDINATOR\" plan - --json", "\"$COORDINATOR\" plan - --json < sweep.yaml",
            "\"$COORDINATOR\" plan <(cat sweep.yaml) --json",
            "\"$COORDINATOR\" plan /dev/stdin --json < sweep.yaml",
        ]
    )
    func plan(line: String) async throws {
        let outcome = try await shell(line)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\"cells\":1"), "\(outcome.output)")
    }

    @Test("a problem of standard input has its line and column")
    func problems() async throws {
        let outcome = try await shell("sed s/transforms/transfroms/ sweep.yaml | \"$COORDINATOR\" plan -")
        let place = "<stdin>:7:42: unknown key 'transfroms'"
        #expect(outcome.code == 2 && outcome.errors.contains(place), "\(outcome.errors)")
        let missing = try await shell("\"$COORDINATOR\" plan no-such.yaml")
        #expect(missing.code == 2 && missing.errors.contains("no-such.yaml: no such file"), "\(missing.errors)")
        let pointer = try await shell(
            "echo 'version https://git-lfs.github.com/spec/v1' | \"$COORDINATOR\" plan -"
        )
        #expect(pointer.code == 2 && pointer.errors.contains("<stdin>: a pointer of a large-file store"))
    }

    @Test("a sweep from a pipe is run, and the same sweep from its file continues it")
    func run() async throws {
        let options = "--store r.sqlite --listen tcp://127.0.0.1:0 --local-workers 1 --json"
        let first = try await shell("cat sweep.yaml | \"$COORDINATOR\" run - \(options)")
        #expect(first.code == 0, "\(first.errors)")
        #expect(EventLog(first.output).last("ended") != nil)
        let second = try await shell("\"$COORDINATOR\" plan sweep.yaml --store r.sqlite --json")
        #expect(second.output.contains("\"cached_cells\":1"), "\(second.output)")
    }

    @Test("a recipe from a pipe is trained; its aliases and truth are read as a sweep file's")
    func recipe() async throws {
        for (name, line) in [("a", "train - < recipe.yaml"), ("b", "train <(cat recipe.yaml)")] {
            let outcome = try await shell("\"$WORKER\" \(line) --output \(name).safetensors --quiet")
            #expect(outcome.code == 0, "\(outcome.errors)")
        }
        #expect(!folder.bytes("a.safetensors").isEmpty)
        #expect(folder.bytes("a.safetensors") == folder.bytes("b.safetensors"))
    }
}
