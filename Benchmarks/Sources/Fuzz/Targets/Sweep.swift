// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

extension FuzzTarget {
    /// Sweep files, with the facts of every model and data set at hand.
    static let sweep = FuzzTarget(name: "sweep") { bytes in
        do throws(SweepFileError) {
            let sweep = try Sweep(parsing: String(decoding: bytes, as: UTF8.self), file: "input.yaml", facts: facts)
            check(sweep.grid)
        } catch {
            law(!error.diagnostics.isEmpty, "a refusal says why")
            law(!error.description.isEmpty, "and in words")
        }
    }

    private static var facts: SweepFacts {
        SweepFacts(
            model: { reference in
                let facts = ModelFacts(
                    family: .glow,
                    height: 32,
                    width: 32,
                    channels: 1,
                    levels: 5,
                    classes: 10,
                    preprocessing: .resize,
                    digest: Digest(of: "\(reference)".utf8)
                )
                return .success(facts)
            },
            dataset: { _, _ in .success(DatasetFacts(height: 28, width: 28, channels: 1, classes: 10, count: 10_000)) }
        )
    }

    private static func check(_ grid: Grid) {
        let step = max(1, grid.pointCount / 16)
        for point in stride(from: 0, to: grid.pointCount, by: step) {
            guard let cell = grid[point] else { continue }
            law(grid.point(of: cell) == point, "a cell's point is found from the cell")
            let transform = try? TransformSpec(name: cell.transform.name, parameters: cell.transform.parameters)
            law(transform == cell.transform, "a transformation's text reads back")
        }
    }
}
