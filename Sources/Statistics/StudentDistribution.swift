// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Student's t distribution, with tails that do not underflow.
public struct StudentDistribution: Hashable, Sendable {
    /// Degrees of freedom, above 0; need not be whole.
    public let degreesOfFreedom: Double

    /// The distribution with `degreesOfFreedom`.
    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are above 0, not \(degreesOfFreedom)")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// ln P(T > t).
    public func logUpperTail(_ t: Double) -> Double {
        if t < 0 { return log1p(-exp(logUpperTail(-t))) }
        guard t.isFinite else { return -.infinity }
        let ratio = t * t / degreesOfFreedom
        let x = 1 / (1 + ratio)
        let tail = BetaDistribution.logCumulative(x, complement: ratio * x, 0.5 * degreesOfFreedom, 0.5)
        return tail - 0.693_147_180_559_945_309_42
    }

    /// The t with P(T ≤ t) = `probability`; infinite at 0 and 1.
    ///
    /// - Parameter probability: from 0 to 1.
    /// - Returns: the quantile, by bisection.
    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0 ... 1, not \(probability)")
        guard probability >= 0.5 else { return -quantile(1 - probability) }
        guard probability < 1 else { return .infinity }
        let target = log1p(-probability)
        var (low, high) = (0.0, 1.0)
        while logUpperTail(high) > target { (low, high) = (high, 2 * high) }
        for _ in 0..<100 {
            let middle = low + (high - low) / 2
            if logUpperTail(middle) > target { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }
}
