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

extension LogisticCell {
    /// A logarithm with its derivatives by the distribution's mean and log-scale.
    struct Term {
        var value = 0.0
        var byMean = 0.0
        var byLogScale = 0.0
    }

    /// ``logMassBelow``.
    var termBelow: Term {
        let slope = Self.sigmoid(-upper)
        return Term(value: logMassBelow, byMean: -inverse * slope, byLogScale: -upper * slope)
    }

    /// ``logMassAbove``.
    var termAbove: Term {
        let slope = Self.sigmoid(lower)
        return Term(value: logMassAbove, byMean: inverse * slope, byLogScale: lower * slope)
    }

    /// ``logMass``; σ'/σ is σ of the opposite, and the width w adds −w/(e^w − 1) to the slope by log-scale.
    var termInside: Term {
        let (slopes, width) = ((Self.sigmoid(-upper), Self.sigmoid(lower)), upper - lower)
        let rest = width < 1e-5 ? 1 - width / 2 : width / (PortableMath.exp(width) - 1)
        return Term(
            value: logMass,
            byMean: inverse * (slopes.1 - slopes.0),
            byLogScale: lower * slopes.1 - upper * slopes.0 - rest
        )
    }

    /// ``logDensity``.
    var termOfDensity: Term {
        let slope = 1 - 2 * Self.sigmoid(middle)
        return Term(value: logDensity, byMean: -inverse * slope, byLogScale: -middle * slope - 1)
    }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + PortableMath.exp(-x)) }
}
