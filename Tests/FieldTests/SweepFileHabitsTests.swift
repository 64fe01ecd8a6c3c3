// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("Sweep files as people write them", .timeLimit(.minutes(2)))
struct SweepFileHabitsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A sweep of the shipped model with these transforms.
    private func sweep(_ transforms: String, _ more: String = "", model: String = "glow") -> String {
        """
        version: 1
        name: habits # R&D of 2*D models
        images: {per-class-limit: 1}
        \(more)
        models:
          \(model): {checkpoint: \(Checkout.model)}
        blocks:
          - models: [\(model)]
            datasets: [glyphs]
            transforms: \(transforms)
        """
    }

    private func cells(_ text: String, _ name: String = "sweep.yaml") async throws -> (cells: Int?, outcome: Outcome) {
        let file = try folder.write(text, to: name)
        let outcome = try await Executable.coordinator.run(
            ["plan", file, "--json", "--store", folder.path("results.sqlite")]
        )
        let object = try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return (object?["cells"] as? Int, outcome)
    }

    @Test("a comment with an ampersand and a star is a comment; aliases and merge keys are followed")
    func aliases() async throws {
        let text = sweep(
            "[identity, noise: {<<: *noise, scale: 1e-3}, noise: *noise, translate: {dx: *shifts}]",
            "x-noise: &noise {kind: gaussian, scale: 1e-2}  # &D *D\nx-shifts: &shifts [1, 2]"
        )
        let (cells, outcome) = try await cells(text)
        #expect(cells == 5, "\(outcome.errors)")
    }

    @Test("a few lines that stand for billions of values are refused at once, at the alias")
    func bomb() async throws {
        var lines = "x-a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8]\n"
        for level in 1...20 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 8).joined(separator: ", ")
            lines += "x-a\(level): &a\(level) [\(aliases)]\n"
        }
        let (_, outcome) = try await cells(sweep("[translate: {dx: *a20}]", lines))
        #expect(outcome.code == 2 && outcome.errors.contains("aliases stand for more than"), "\(outcome.errors)")
        #expect(outcome.errorLines.count == 1)
    }

    @Test("truth may be spelled as YAML 1.1 and 1.2 spell it, and names are not truth")
    func truth() async throws {
        for (yes, no) in [("True", "False"), ("yes", "no"), ("ON", "Off"), ("Y", "n")] {
            let (cells, outcome) = try await cells(
                sweep("[noise: {scale: 1e-3, clamp: \(yes), requantise: \(no)}, noise: {scale: 1e-3, clamp: true}]")
            )
            // Both are the same cell.
            #expect(cells == 1, "\(yes): \(outcome.errors)")
        }
        let named = sweep("[identity]", model: "on")
        let (cells, outcome) = try await cells(named)
        #expect(cells == 1, "\(outcome.errors)")
    }

    @Test(
        "a number that would become 0 or infinite in silence is refused",
        arguments: ["1e-400", "-1e-400", "1e-60", "1e400", "0.\(String(repeating: "0", count: 400))1"]
    )
    func unreachable(number: String) async throws {
        let (_, outcome) = try await cells(sweep("[zero-latents: {levels: 1, alpha: \(number)}]"))
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(": alpha is ") && outcome.errors.contains(", too "), "\(outcome.errors)")
    }

    @Test("nothing is lost of a zero, however it is written")
    func zeros() async throws {
        let (cells, outcome) = try await cells(sweep("[zero-latents: {levels: 1, alpha: [0, 0.0e-999, -0, 0e5]}]"))
        #expect(cells == 1, "\(outcome.errors)")
    }
}
