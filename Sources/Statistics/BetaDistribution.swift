// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The beta distribution: the regularised incomplete beta function in logarithms, and its inverse.
enum BetaDistribution {
    /// ln Iₓ(a, b), the logarithm of P(X ≤ x).
    ///
    /// - Parameters:
    ///   - x: from 0 to 1.
    ///   - complement: 1 − x, given apart because the subtraction would lose its digits near 1.
    ///   - a: the first shape, above 0.
    ///   - b: the second shape, above 0.
    /// - Returns: the logarithm, at most 0; −∞ at x = 0.
    static func logCumulative(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return -.infinity }
        guard complement > 0 else { return 0 }
        // The fraction converges fast on this side of the mean only; the other side is its complement.
        guard x <= (a + 1) / (a + b + 2) else {
            return log1p(-exp(logCumulative(complement, complement: x, b, a)))
        }
        let logX = x < 0.5 ? log(x) : log1p(-complement)
        let logComplement = complement < 0.5 ? log(complement) : log1p(-x)
        let front = a * logX + b * logComplement - logBeta(a, b) - log(a)
        return min(0, front + log(continuedFraction(x, a, b)))
    }

    /// The x with Iₓ(a, b) = `probability`, by bisection.
    static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
        let target = log(probability)
        var (low, high) = (0.0, 1.0)
        // Each half adds a bit; a double has 53 and a few more are needed near 0.
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if logCumulative(middle, complement: 1 - middle, a, b) < target { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// ln B(a, b), without the cancellation of ln Γ(a) + ln Γ(b) − ln Γ(a + b) where a shape is large.
    ///
    /// Didonato and Morris, "Algorithm 708", ACM Transactions on Mathematical Software 18 (1992).
    static func logBeta(_ a: Double, _ b: Double) -> Double {
        let (p, q) = (min(a, b), max(a, b))
        guard q >= 10 else { return logGamma(p) + logGamma(q) - logGamma(p + q) }
        let rest = stirlingRemainder(q) - stirlingRemainder(p + q)
        let common = (q - 0.5) * log1p(-p / (p + q))
        guard p >= 10 else { return logGamma(p) + rest + p - p * log(p + q) + common }
        let front = 0.5 * (log(2 * Double.pi) - log(q)) + stirlingRemainder(p) + rest
        return front + (p - 0.5) * log(p / (p + q)) + common + 0.5 * log1p(-p / (p + q))
    }

    /// What Stirling's formula leaves out of ln Γ(x), for x of at least 10.
    private static func stirlingRemainder(_ x: Double) -> Double {
        let coefficients: [Double] = [
            1.0 / 156, -691.0 / 360_360, 1.0 / 1_188, -1.0 / 1_680, 1.0 / 1_260, -1.0 / 360, 1.0 / 12,
        ]
        let square = 1 / (x * x)
        return coefficients.reduce(0) { $0 * square + $1 } / x
    }

    private static func logGamma(_ x: Double) -> Double {
        let (value, _): (Double, Int) = lgamma(x)
        return value
    }

    /// The continued fraction of the incomplete beta function by Lentz's method.
    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var fraction = d
        // It takes some √max(a, b) steps; the bound only keeps a fault from running for ever.
        for step in 1...1_000_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            fraction *= d * c
            if (d * c - 1).magnitude < 4e-16 { break }
        }
        return fraction
    }
}
