// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension ResultTable.Column {
    /// How many values of each image were clamped, in the mean of its draws; no column for transformations that never
    /// clamp.
    static func clamped(_ counts: [Int], _ transform: TransformSpec, draws: Int = 1) -> [ResultTable.Column] {
        guard transform.mayClamp else { return [] }
        let means = stride(from: 0, to: counts.count, by: draws).map { start in
            Float(counts[start..<start + draws].reduce(0, +)) / Float(draws)
        }
        return [ResultTable.Column(name: "clamped", values: means)]
    }
}
