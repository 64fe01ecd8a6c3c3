// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The exact test of a mean of few paired differences: over all signs that they could have had.
public struct SignFlipTest: Hashable, Sendable {
    /// The greatest number of differences: 2²⁴ sums take a blink.
    public static let limit = 24

    /// log₁₀ of the two-sided p-value of "differences are as likely as their negatives".
    public let log10P: Double

    /// Tests the finite ones of `differences`; nil for more than ``limit`` or none of them.
    public init?(_ differences: [Double]) {
        let values = differences.filter(\.isFinite)
        guard (1...Self.limit).contains(values.count) else { return nil }
        let observed = abs(values.reduce(0, +))
        // Sums that are equal in exact arithmetic differ by rounding.
        let bound = observed - 1e-14 * values.reduce(0) { $0 + abs($1) }
        var extreme = 0
        for signs in 0..<(1 << values.count) {
            var sum = 0.0
            for (place, value) in values.enumerated() { sum += signs >> place & 1 == 0 ? value : -value }
            if abs(sum) >= bound { extreme += 1 }
        }
        log10P = log10(Double(extreme)) - Double(values.count) * log10(2)
    }
}
