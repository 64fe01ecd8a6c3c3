// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A logistic distribution and a cell of width 2/255.
struct LogisticCell {
    /// The cell's edges and centre, standardised.
    let (upper, lower, middle): (Double, Double, Double)
    let logScale: Double
    private let inverse: Double

    init(mean: Double, logScale: Double, center: Double) {
        inverse = PortableMath.exp(-logScale)
        self.logScale = logScale
        middle = inverse * (center - mean)
        upper = inverse * (center - mean + 1 / 255)
        lower = inverse * (center - mean - 1 / 255)
    }

    /// ln F(upper).
    var logMassBelow: Double { -Self.softplus(-upper) }

    /// ln(1 − F(lower)).
    var logMassAbove: Double { -Self.softplus(lower) }

    /// ln(F(upper) − F(lower)) without cancellation: σ(a) − σ(b) = σ(a)·σ(−b)·(1 − e^(b − a)).
    var logMass: Double {
        let width = upper - lower
        // The first terms of its series where 1 − e^−width would lose digits.
        let rest = width < 1e-5 ? width * (1 - width / 2) : 1 - PortableMath.exp(-width)
        return logMassBelow + logMassAbove + PortableMath.log(rest)
    }

    /// The logarithm of the density at the centre.
    var logDensity: Double { middle - logScale - 2 * Self.softplus(middle) }

    private static func softplus(_ x: Double) -> Double {
        max(x, 0) + PortableMath.log(1 + PortableMath.exp(-x.magnitude))
    }
}
