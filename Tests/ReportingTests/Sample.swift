// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// A small report: three cells, three classes, and values that are no numbers in one class of one cell.
enum Sample {
    static let cells = [("identity", ""), ("translate", "dx=-1 \(shared)"), ("translate", "dx=2 \(shared)")].map {
        CellLabel(model: "glow-affine", dataset: "mnist", transform: $0, parameters: $1, seed: 0)
    }

    private static let shared = "dy=0 fill=zero stage=after-resize"

    static let rows = cells.enumerated().flatMap { position, cell in
        [0, 1, 7, nil].map { (imageClass: Int?) in
            let mean = 1.25 + Double(position) - Double(imageClass ?? 4) / 16
            return DistributionRow(
                cell: cell,
                imageClass: imageClass,
                count: imageClass == nil ? 3000 : 1000,
                mean: mean,
                standardDeviation: 0.125,
                lowerQuartile: mean - 0.1,
                median: mean,
                upperQuartile: mean + 0.1,
                delta: position == 0 ? nil : 0.5 - 0.75 * Double(position - 1),
                nonFinite: position == 1 && imageClass != 0 && imageClass != 1 ? 2 : 0
            )
        }
    }
}
