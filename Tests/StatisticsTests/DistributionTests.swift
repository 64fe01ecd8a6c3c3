// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

/// Whether two numbers agree to `tolerance` of the greater magnitude.
func agree(_ value: Double?, _ expected: Double, to tolerance: Double = 1e-12) -> Bool {
    guard let value else { return false }
    return abs(value - expected) <= tolerance * max(abs(value), abs(expected))
}

/// Against values of mpmath with 40 digits: `log(erfc(z/sqrt(2))/2)`, and
/// `log(betainc(nu/2, 0.5, 0, nu/(nu+t*t), regularized=True)/2)`.
@Suite struct DistributionTests {
    @Test(
        "the normal tail's logarithm has twelve digits, far beyond where the tail underflows",
        arguments: [
            (-3, -0.0013508099647481937988), (0, -0.69314718055994530942), (0.5, -1.1759117615936186089),
            (1.959963984540054, -3.6888794541139358678), (5, -15.064998393988725736), (9.99, -53.130353745606015337),
            (10, -53.231285150512470578), (12.5, -81.575967870743883217), (37, -689.0305855768905936),
            (38.5, -745.69527029041108133), (100, -5005.5242086942050886), (866, -374985.68282477517422),
        ]
    )
    func normalTail(z: Double, expected: Double) {
        #expect(agree(NormalDistribution.logUpperTail(z), expected, to: 1e-13))
        // An error of ln P is a relative one of P.
        if z <= 12.5 { #expect(abs(NormalDistribution.logUpperTail(z) - expected) < 1e-13) }
    }

    @Test("the two ways of the normal tail meet where one takes over from the other")
    func normalSeam() {
        let below = NormalDistribution.logUpperTail((10.0).nextDown)
        #expect(abs(below - NormalDistribution.logUpperTail(10)) < 1e-13)
    }

    @Test(
        "normal quantiles agree with scipy.stats.norm.ppf",
        arguments: [
            (0.5, 0.0), (0.975, 1.959963984540054), (0.025, -1.9599639845400545), (1e-10, -6.361340902404056),
            (0.3, -0.5244005127080409), (1e-300, -37.0470962993612),
        ]
    )
    func normalQuantile(probability: Double, expected: Double) {
        #expect(abs(NormalDistribution.quantile(probability) - expected) <= 2e-15 * max(1, abs(expected)))
    }

    @Test("quantiles at 0 and 1 are infinite")
    func extremes() {
        #expect(NormalDistribution.quantile(0) == -.infinity && NormalDistribution.quantile(1) == .infinity)
        #expect(StudentDistribution(degreesOfFreedom: 3).quantile(0) == -.infinity)
    }

    @Test(
        "the tail of Student's t has twelve digits for few and for many degrees of freedom",
        arguments: [
            (0.5, 1, -1.0429418980620317451), (3.0353754156485917, 8, -4.817335010002596275),
            (2, 2, -2.388669159674588999), (4.302652729911275, 2, -3.6888794541836036848),
            (10, 14, -16.87937240870041638), (40, 9, -25.380624536366873545), (1.5, 100.5, -2.6827522971707419839),
            (5, 9999, -15.048168129522467389), (30, 999, -324.84313015571636665), (100, 50, -135.46017476523577208),
            (0.001, 7, -0.69391745990392333649),
        ]
    )
    func studentTail(t: Double, degreesOfFreedom: Double, expected: Double) {
        let distribution = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
        #expect(abs(distribution.logUpperTail(t) - expected) < 1e-12 * max(1, abs(expected)))
        #expect(abs(exp(distribution.logUpperTail(-t)) + exp(expected) - 1) < 1e-14)
    }

    @Test(
        "quantiles of Student's t agree with scipy.stats.t.ppf",
        arguments: [
            (0.975, 2, 4.302652729749462), (0.95, 14, 1.761310135774891), (0.6, 1, 0.32491969623290634),
            (0.975, 9999, 1.960201263621357), (0.025, 2, -4.302652729749462),
        ]
    )
    func studentQuantile(probability: Double, degreesOfFreedom: Double, expected: Double) {
        let distribution = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
        #expect(agree(distribution.quantile(probability), expected, to: 1e-13))
    }

    @Test("Wilson's and Clopper and Pearson's intervals have the values of statsmodels")
    func proportions() throws {
        let few = try #require(Proportion(successes: 3, trials: 10))
        #expect(agree(few.wilson().low, 0.10779126740630102) && agree(few.wilson().high, 0.6032218525388546))
        #expect(agree(few.clopperPearson().low, 0.06673951117773447))
        #expect(agree(few.clopperPearson().high, 0.652452850060008))
        let many = try #require(Proportion(successes: 9931, trials: 10_000)).wilson()
        #expect(agree(many.low, 0.9912775062380238) && agree(many.high, 0.994543794568815))
    }

    @Test("intervals of a share of none or all stay within 0 and 1")
    func extremeProportions() throws {
        for (successes, point) in [(0, 0.0), (12, 1.0)] {
            let proportion = try #require(Proportion(successes: successes, trials: 12))
            for interval in [proportion.wilson(), proportion.clopperPearson()] {
                #expect(interval.contains(point) && interval.low < interval.high)
                #expect(interval.low >= 0 && interval.high <= 1)
            }
        }
        #expect(Proportion(successes: 0, trials: 0) == nil)
    }
}
