// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `scripts/models-table` with the real worker.
@Suite("the table of models", .timeLimit(.minutes(3)), .enabled(if: hasPython, "python3 is not installed"))
struct ModelsTableTests {
    private func table(_ options: String) async throws -> Outcome {
        let script = Checkout.root.appending(path: "scripts/models-table").path
        return try await Executable.shell("python3 '\(script)' --worker \"$WORKER\" \(options)").outcome()
    }

    @Test("is that of the shipped checkpoints, each of which tells its recipe, steps, epochs and validation")
    func shipped() async throws {
        let outcome = try await table("--check")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let models = Checkout.root.appending(path: "Models")
        let page = try String(contentsOf: models.appending(path: "README.md"), encoding: .utf8)
        let files = try FileManager.default.contentsOfDirectory(atPath: models.path)
        for file in files where file.hasSuffix(".safetensors") {
            let row = try #require(page.split(separator: "\n").first { $0.contains("(\(file))") }, "\(file)")
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.count == 9 && !cells[3...6].contains("–"), "\(row)")
        }
    }

    @Test("the shipped checkpoints are small enough for a checkout: 110 MB together")
    func size() throws {
        let models = Checkout.root.appending(path: "Models")
        let sizes = try FileManager.default.contentsOfDirectory(atPath: models.path).map { name in
            try models.appending(path: name).resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        }
        #expect(sizes.reduce(0, +) < 110_000_000)
    }

    @Test("a page that is not that of its checkpoints is stale: then 1, until it is written anew")
    func stale() async throws {
        let folder = try TemporaryFolder()
        let models = Checkout.root.appending(path: "Models")
        for name in ["glyphs-resnet", "glyphs-glow-additive"] {
            let source = models.appending(path: "\(name).safetensors")
            try FileManager.default.copyItem(at: source, to: URL(filePath: folder.path("\(name).safetensors")))
        }
        let options = "--models '\(folder.url.path)'"
        let missing = try await table(options)
        #expect(missing.code == 1 && missing.errors.contains("README.md"), "\(missing.errors)")
        let page = try folder.write(
            "# Mine\n\n<!-- scripts/models-table -->\n<!-- end of the table -->\n\nThe end.\n",
            to: "README.md"
        )
        #expect(try await table("\(options) --check").code == 1)
        #expect(try await table(options).code == 0)
        #expect(try await table("\(options) --check").code == 0)
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.hasPrefix("# Mine\n") && text.hasSuffix("\nThe end.\n"))
        #expect(text.contains("| 5,600 | 40.00 | 1.9276 bits/dim | – |"), "\(text)")
        try FileManager.default.removeItem(atPath: folder.path("glyphs-resnet.safetensors"))
        let stale = try await table("\(options) --check")
        #expect(stale.code == 1 && stale.errors.contains("run scripts/models-table"), "\(stale.errors)")
    }
}

private let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
}
