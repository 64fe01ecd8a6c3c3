// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A sweep with chains and seeds of transforms, by the real executables, from the file to the answers.
@Suite("Chained sweeps", .timeLimit(.minutes(5)))
struct ChainedSweepTests {
    private static func sweep(in folder: TemporaryFolder) throws -> String {
        try folder.write(
            """
            version: 1
            name: chained
            images: {split: test, per-class-limit: 2}
            models: {glow: {checkpoint: \(Checkout.model)}}
            blocks:
              - models: glow
                datasets: glyphs
                transforms:
                  - identity
                  - translate: {dx: [-1, -2]}
                  - noise: {scale: [1e-3, 1e-2], seeds: [0, 1]}
                  - chain: [translate: {dx: [-1, -2]}, noise: {scale: [1e-3, 1e-2]}]
                  - chain: [dihedral: {map: mirror}, translate: {dx: 1}, dihedral: {map: mirror}]
                  - chain: [translate: {dx: -1}, zero-latents: {levels: 1}]
            """,
            to: "chained.yaml"
        )
    }

    /// The objects that a command prints.
    private static func objects(_ arguments: [String]) async throws -> [[String: Any]] {
        let outcome = try await Executable.coordinator.run(arguments + ["--json"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]])
    }

    @Test("chains are planned, scored, exported and compared, with identity and with the chain without its last member")
    func wholeWay() async throws {
        let folder = try TemporaryFolder()
        let file = try Self.sweep(in: folder)
        let store = folder.path("s.sqlite")
        let run = try await Executable.coordinator.run([
            "run", file, "--store", store, "--listen", "tcp://127.0.0.1:0", "--local-workers", "1",
        ])
        try #require(run.code == 0, "\(run.errors)")
        let lines = folder.path("rows.jsonl")
        let export = try await Executable.coordinator.run([
            "export", "--store", store, "--format", "jsonl", "--output", lines,
        ])
        try #require(export.code == 0, "\(export.errors)")
        let rows = try String(contentsOfFile: lines, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        // Identity of two seeds, 2 shifts, 2 × 2 noises, 4 + 1 + 1 chains.
        let cellCount: Int = 2 + 2 + 4 + 6
        #expect(rows.count == 20 * cellCount)
        func bpd(_ isWanted: ([String: Any]) -> Bool) -> [Int: Double] {
            rows.filter(isWanted).reduce(into: [:]) { values, row in
                values[row["index"] as? Int ?? 0] = row["bpd"] as? Double
            }
        }
        func isNoise(_ row: [String: Any], behind dx: Int) -> Bool {
            let isChain = row["transform"] as? String == "chain"
            return isChain && row["dx"] as? Int == dx && row["scale"] as? Double == 0.01
        }
        func isShift(_ row: [String: Any], by dx: Int) -> Bool {
            row["transform"] as? String == "translate" && row["dx"] as? Int == dx
        }
        // A mirror before and after turns a shift around.
        let turned = bpd { $0["dihedral.map"] as? String == "mirror" }
        #expect(turned.count == 20)
        #expect(turned == bpd { isShift($0, by: -1) })

        let source = ["--store", store]
        let effects = try await Self.objects(["effects", "--where", "class=all"] + source)
        #expect(effects.count == 2 + 4 + 6)
        #expect(effects.allSatisfy { $0["against"] as? String == "identity" })
        let shorter = try await Self.objects(
            ["effects", "--where", "class=all noise.scale=0.01", "--against", "shorter"] + source
        )
        #expect(shorter.count == 2)
        for (dx, row) in zip([-1, -2], shorter) {
            let against = row["against"] as? String
            #expect(against == "translate dx=\(dx) dy=0 fill=zero stage=after-resize")
            let (after, before) = (bpd { isNoise($0, behind: dx) }, bpd { isShift($0, by: dx) })
            let total: Double = after.reduce(0) { $0 + $1.value - (before[$1.key] ?? .nan) }
            let mean = row["mean"] as? Double ?? .nan
            #expect(abs(mean - total / 20) < 1e-6)
        }
        let doses = try await Self.objects(["dose", "--over", "noise.scale"] + source)
        #expect(doses.count == 4, "the noise of two seeds, and that behind two shifts")
        #expect(doses.contains { $0["others"] as? String == "translate dx=-1 then noise" })
    }
}
