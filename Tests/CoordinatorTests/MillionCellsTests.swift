// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// How long the real executable takes over sweeps of a million cells.
@Suite("a million cells", .timeLimit(.minutes(2)))
struct MillionCellsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The seconds that planning takes, and the number of cells.
    private func plan(_ transform: String) async throws -> (seconds: Double, cells: Int?) {
        let file = try folder.write(
            """
            version: 1
            name: million
            images: {split: test, per-class-limit: 1}
            models:
              glow: {checkpoint: \(Checkout.model)}
            blocks:
              - models: [glow]
                datasets: [glyphs]
                transforms: [\(transform)]
                seeds: {range: [0, 9, 1]}
            """,
            to: "\(UUID().uuidString).yaml"
        )
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await Executable.coordinator.run([
            "plan", file, "--json", "--store", folder.path("none.sqlite"),
        ])
        let seconds = (clock.now - start) / .seconds(1)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return (seconds, report?["cells"] as? Int)
    }

    @Test("a million chained cells are planned as fast as one, for no cell is visited")
    func chained() async throws {
        let one = try await plan("identity")
        let shift = "translate: {dx: {range: [-50, 49, 1]}}"
        let many = try await plan("chain: [\(shift), noise: {scale: {linspace: [0.001, 1, 1000]}}]")
        #expect(one.cells == 10 && many.cells == 1_000_000)
        // The rest is what the process itself takes; a visit of each cell would take tens of seconds in a debug build.
        #expect(many.seconds < 4 * one.seconds + 1, "\(many.seconds) s, against \(one.seconds) s")
    }
}
