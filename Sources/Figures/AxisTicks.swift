// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// The round numbers at which an axis is marked.
struct AxisTicks {
    /// The marked numbers, ascending.
    let values: [Double]
    /// What stands beside each.
    let labels: [String]

    /// About `count` marks within `range`, their distance 1, 2 or 5 times a power of ten.
    init(_ range: ClosedRange<Double>, count: Int) {
        let span = range.upperBound - range.lowerBound
        let rough = max(span, .leastNormalMagnitude) / Double(count)
        let magnitude = pow(10, floor(log10(rough)))
        let factor = [1.0, 2, 5, 10].first { $0 * magnitude >= rough * 0.999 } ?? 10
        let step = factor * magnitude
        let first = Int((range.lowerBound / step).rounded(.up))
        let last = Int((range.upperBound / step).rounded(.down))
        // Multiples, not sums: 0.1 added ten times is not 1.
        values = first <= last ? (first...last).map { Double($0) * step } : []
        let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
        labels = values.map { decimals > 0 ? HumanText.fixed($0, decimals: decimals) : HumanText.count(Int($0)) }
    }
}
