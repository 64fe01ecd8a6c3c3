// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Files that are not what their names say", .timeLimit(.minutes(2)))
struct MistakenFileTests {
    private static let pointer = """
        version https://git-lfs.github.com/spec/v1
        oid sha256:abababababababababababababababababababababababababababababababab
        size 674304

        """
    /// What a file holds, and words that a message about it has: what it is, and the way out.
    private static let kinds: [(name: String, bytes: [UInt8], words: [String])] = [
        ("pointer", Array(pointer.utf8), ["large-file store", "674304 bytes", "git lfs pull"]),
        ("page", Array("\n<!DOCTYPE html><html><body>Sign in</body></html>".utf8), ["web page", "download the file"]),
        ("pickle", [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20], ["pickle", "safetensors.torch"]),
        ("zip", [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26) + Array("a/data.pkl".utf8), ["torch.save"]),
        ("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], ["gzip", "unpack"]),
        ("empty", [], ["empty file"]),
        ("index", Array(#"{"metadata": {"total_size": 7}, "weight_map": {}}"#.utf8), ["index of a model"]),
        ("text", Array("404: Not Found".utf8), ["text file", "404: Not Found"]),
    ]

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("every command that reads weights names what it was given instead, and the way out, in one line")
    func weights() async throws {
        let output = folder.path("output")
        for (name, bytes, words) in Self.kinds {
            let file = try folder.write(bytes, to: "\(name).safetensors")
            let commands = [
                ["import", file, "--output", output], ["inspect", file],
                ["score", file, "--input", file, "--output", output],
                ["score", Checkout.model, "--input", file, "--output", output],
                ["evaluate", file, "--dataset", "glyphs"], ["sample", file, "--output", output],
            ]
            // Each command once and each kind once, with all commands for the first.
            for arguments in name == "pointer" ? commands : [commands[0]] {
                let outcome = try await Executable.worker.run(arguments)
                #expect([1, 2].contains(outcome.code), "\(arguments)")
                #expect(outcome.errorLines.count == 1 && outcome.errors.contains(file), "\(outcome.errors)")
                for word in words { #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)") }
            }
        }
    }

    @Test("a checkpoint that was cut short says how much is missing")
    func truncated() async throws {
        let whole = try Data(contentsOf: URL(filePath: Checkout.model))
        let file = try folder.write([UInt8](whole.prefix(whole.count - 100)), to: "cut.safetensors")
        let outcome = try await Executable.worker.run(["inspect", file])
        #expect(outcome.code != 0 && outcome.errors.contains("truncated: its header promises"), "\(outcome.errors)")
    }

    @Test("a sweep whose model or data set is a pointer says so at the line that names it")
    func sweep() async throws {
        let file = try folder.write(Self.pointer, to: "model.safetensors")
        let sweep = try folder.write(
            """
            version: 1
            name: pointers
            models:
              glow: {checkpoint: model.safetensors}
              good: {checkpoint: \(Checkout.model)}
            datasets:
              mine: {images: model.safetensors, labels: model.safetensors}
            blocks:
              - {models: [glow], datasets: [glyphs], transforms: identity}
              - {models: [good], datasets: [mine], transforms: identity}
            """,
            to: "sweep.yaml"
        )
        let outcome = try await Executable.coordinator.run(["plan", sweep])
        #expect(outcome.code == 2)
        let lines = outcome.errorLines.filter { $0.contains("large-file store") && $0.contains(file) }
        #expect(lines.count == 2, "\(outcome.errors)")
    }

    @Test(
        "the pointer and the page made for this are named",
        .enabled(if: Checkout.shared("field/lfs.safetensors") != nil, "needs field/ below BITSWEEP_SHARED")
    )
    func sharedFiles() async throws {
        for (name, word) in [("lfs", "large-file store"), ("html", "web page")] {
            let file = try #require(Checkout.shared("field/\(name).safetensors"))
            let outcome = try await Executable.worker.run(["inspect", file])
            #expect(outcome.code != 0 && outcome.errors.contains(word), "\(outcome.errors)")
        }
    }
}
