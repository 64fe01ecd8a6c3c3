// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A sweep of an external model over the embedded images, and scorers for it.
struct ExternalSweep {
    /// Whether this machine has what the scorer of the documentation needs.
    static let hasNumPy = {
        let command = ["python3", "-c", "import numpy"]
        guard let process = try? Process.run(URL(filePath: "/usr/bin/env"), arguments: command) else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    let folder: TemporaryFolder
    let file: String

    /// A sweep of three cells with `perClass` images of each of ten classes.
    ///
    /// `others` declares other models, a line each, and `names` puts them into the block, as in `, glow`.
    init(perClass: Int, others: String = "", names: String = "") throws {
        folder = try TemporaryFolder()
        file = try folder.write(
            """
            version: 1
            name: own
            images: {split: test, per-class-limit: \(perClass)}
            models:
              mine: {external: gaussian, version: "1", input: {height: 28, width: 28}}
            \(others)
            blocks:
              - models: [mine\(names)]
                datasets: [glyphs]
                transforms:
                  - identity
                  - translate: {dx: [-1, -2]}
            """,
            to: "own.yaml"
        )
    }

    var store: String { folder.path("results.sqlite") }

    func run(_ more: [String] = [], listen: String = "tcp://127.0.0.1:0") -> [String] {
        ["run", file, "--store", store, "--listen", listen, "--json"] + more
    }

    /// A worker with the scorer whose command this is; with none where it is nil.
    func worker(_ endpoint: String, scorer: String?, _ more: [String] = []) throws -> RunningProcess {
        let scorers = scorer.map { ["--scorer", $0] } ?? []
        return try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"] + scorers + more)
    }

    /// The scorer of the documentation.
    static let gaussian =
        "gaussian=python3 '\(Checkout.root.appending(path: "Sweeps/examples/scorers/gaussian.py").path)'"

    /// A scorer that gives 1 bit per dimension for every image, with Python code of the test's own: at the beginning, and
    /// for each batch, where `batches` counts them and `n` is the number of its images.
    func scorer(_ name: String, at beginning: String = "", before answer: String = "") throws -> String {
        let lines = answer.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        let script = try String(contentsOfFile: Checkout.fixture("one-bit-scorer.py"), encoding: .utf8)
            .replacing("# AT THE BEGINNING", with: beginning)
            .replacing("    # BEFORE AN ANSWER", with: lines.joined(separator: "\n"))
        let path = try folder.write(script, to: "\(name).py")
        return "gaussian=python3 '\(path)' '\(folder.path("\(name).mark"))'"
    }

    /// The rows of the newest run as CSV.
    func csv() async throws -> [[String: String]] {
        let path = folder.path("rows.csv")
        let arguments = ["export", "--store", store, "--format", "csv", "--output", path]
        let outcome = try await Executable.coordinator.run(arguments)
        guard outcome.code == 0 else { throw EarlyEnd(errors: outcome.errors) }
        let lines = folder.text("rows.csv").split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let head = lines.first?.map(String.init) else { return [] }
        return lines.dropFirst().map { Dictionary(zip(head, $0.map(String.init))) { first, _ in first } }
    }
}
