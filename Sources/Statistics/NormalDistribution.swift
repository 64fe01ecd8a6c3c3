// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The standard normal distribution, with tails that do not underflow.
public enum NormalDistribution {
    private static let halfLogTwoPi = 0.918_938_533_204_672_741_78

    /// ln P(Z > z): finite for every finite `z`, where the probability itself is 0 in `Double` from z = 39 on.
    ///
    /// Relative error of the probability below 10⁻¹² for z up to 100.
    public static func logUpperTail(_ z: Double) -> Double {
        if z < 0 { return log1p(-0.5 * erfc(-z * 0.5.squareRoot())) }
        if z < 10 { return log(0.5 * erfc(z * 0.5.squareRoot())) }
        // P(Z > z) = φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))): 20 terms give all digits from z = 10 on.
        var fraction = z
        for term in stride(from: 20.0, through: 1, by: -1) { fraction = z + term / fraction }
        return -0.5 * z * z - halfLogTwoPi - log(fraction)
    }

    /// P(Z ≤ z).
    public static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

    /// The z with P(Z ≤ z) = `probability`; infinite at 0 and 1.
    ///
    /// - Parameter probability: from 0 to 1.
    /// - Returns: the quantile, to the last digit or two.
    public static func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability is in 0 ... 1, not \(probability)")
        guard probability <= 0.5 else { return -quantile(1 - probability) }
        guard probability > 0 else { return -.infinity }
        let target = log(probability)
        // Abramowitz and Stegun 26.2.23 is right to 4.5·10⁻⁴; Newton's steps on ln P(Z > z) double the digits.
        let t = (-2 * target).squareRoot()
        let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328)
        var z = t - numerator / (1 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308)))
        for _ in 0..<4 {
            let tail = logUpperTail(z)
            z += (tail - target) * exp(tail + 0.5 * z * z + halfLogTwoPi)
        }
        return -z
    }
}
