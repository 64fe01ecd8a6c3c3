// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension ResultTable.Column {
    /// How many values of each image were clamped; no column for transformations that never clamp.
    static func clamped(_ counts: [Int], _ transform: TransformSpec) -> [ResultTable.Column] {
        let mayClamp =
            switch transform {
            case .identity, .translate: false
            case .noise(let noise): noise.clamp || noise.requantise
            case .zeroLatents(let zeroing): zeroing.clamp || zeroing.requantise
            }
        return mayClamp ? [ResultTable.Column(name: "clamped", values: counts.map { Float($0) })] : []
    }
}
