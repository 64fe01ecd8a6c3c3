// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Vocabulary

/// A small report: three cells, three classes, and values that are no numbers in one class of one cell.
enum Sample {
    static let cells = [
        TransformSpec.identity, .translate(Translation(dx: -1)), .translate(Translation(dx: 2)),
    ].map { CellSpec(model: "glow-affine", dataset: "mnist", transform: $0, seed: 0) }

    static let rows = cells.enumerated().flatMap { position, cell in
        [0, 1, 7, nil].map { (label: Int?) in
            let mean = 1.25 + Double(position) - Double(label ?? 4) / 16
            let nonFinite = position == 1 && label != 0 && label != 1 ? 2 : 0
            let summary = Summary(
                count: (label == nil ? 3000 : 1000) - nonFinite,
                nonFiniteCount: nonFinite,
                mean: mean,
                standardDeviation: 0.125,
                lowerQuartile: mean - 0.1,
                median: mean,
                upperQuartile: mean + 0.1
            )
            let difference = position == 0 ? nil : 0.5 - 0.75 * Double(position - 1)
            return row(cell, label: label, summary, meanDifference: difference)
        }
    }

    /// A row of a cell whose id does not matter.
    static func row(
        _ cell: CellSpec,
        label: Int? = nil,
        _ summary: Summary,
        meanDifference: Double? = nil
    ) -> CellStatistics {
        CellStatistics(
            cell: CellID(Digest(of: [1])),
            spec: cell,
            label: label,
            summary: summary,
            meanDifference: meanDifference
        )
    }
}
