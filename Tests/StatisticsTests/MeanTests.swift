// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct MeanTests {
    private func probability(_ log10P: Double?) -> Double { log10P.map { pow(10, $0) } ?? .nan }

    @Test("Student's t test of the textbook's differences has SciPy's values")
    func student() throws {
        let test = try #require(StudentTest(depression))
        #expect(agree(test.t, 3.0353754156485917) && agree(probability(test.log10P), 0.016176627434908088))
        // scipy.stats.ttest_1samp(d, 0).confidence_interval()
        let interval = test.interval()
        #expect(agree(interval.low, 0.10377871227216856) && agree(interval.high, 0.7599990655056093))
        #expect(StudentTest([1]) == nil && StudentTest([2, 2]) == nil)
    }

    @Test(
        "two one-sided tests have the values of statsmodels",
        arguments: [(0.2, 0.9290986726703945), (0.5, 0.32248278566331723), (0.8, 0.01612819999095295)]
    )
    func equivalence(margin: Double, expected: Double) throws {
        let test = try #require(StudentTest(depression))
        #expect(agree(probability(test.equivalenceLog10P(margin: margin)), expected))
        let interval = test.interval(level: 0.9)
        #expect((expected < 0.05) == (interval.low > -margin && interval.high < margin))
    }

    @Test(
        "equivalence of R's clinical example, from its means and errors",
        arguments: [
            (0.1646666666666667, 0.1357514067862445, 0.003166881489265175),
            (0.5626666666666665, 0.2478276410785118, 0.4412034046017588),
        ]
    )
    func clinic(mean: Double, error: Double, expected: Double) {
        let test = StudentTest(mean: mean, standardError: error, degreesOfFreedom: 14)
        #expect(agree(probability(test.equivalenceLog10P(margin: 0.6)), expected))
    }

    @Test("the mean of few differences is tested over all their signs")
    func signFlips() {
        #expect(agree(probability(SignFlipTest(depression)?.log10P), 0.02734375))
        #expect(agree(probability(SignFlipTest([0.1, 0.1, 0.1])?.log10P), 0.25))
        #expect(SignFlipTest([]) == nil && SignFlipTest([Double](repeating: 1, count: 25)) == nil)
    }

    @Test("three training seeds give Student's wide interval over their means")
    func seeds() throws {
        let interval = try #require(Interval.betweenSeeds([0.12, 0.15, 0.17]))
        #expect(abs(interval.low - 0.084) < 5e-4 && abs(interval.high - 0.209) < 5e-4)
        // scipy.stats.t.interval(0.95, 2, loc=numpy.mean(m), scale=scipy.stats.sem(m))
        #expect(agree(interval.low, 0.08415057187290892) && agree(interval.high, 0.20918276146042447))
        #expect(Interval.betweenSeeds([0.1]) == .notEstimable(at: 0.1, level: 0.95))
        #expect(Interval.betweenSeeds([]) == nil)
    }

    @Test("Page's trend test has SciPy's values, ties, exact and normal")
    func page() throws {
        let test = try #require(
            PageTrendTest([
                [3, 4, 3], [2, 2, 4], [3, 3, 5], [1, 3, 2], [2, 3, 2], [2, 4, 5], [1, 2, 4], [3, 4, 4],
            ])
        )
        #expect(test.statistic == 105.5 && test.isExact)
        #expect(agree(probability(test.log10P), 0.015437457133058979))
        let small = try #require(PageTrendTest([[1, 3, 2, 4], [2, 1, 3, 4], [1, 2, 3, 4]]))
        #expect(small.statistic == 88 && agree(probability(small.log10P), 0.0028935185185185184))
        let many = try #require(PageTrendTest([[Double]](repeating: [1, 3, 2, 4], count: 25)))
        #expect(!many.isExact && agree(probability(many.log10P), 2.1310957989218146e-12))
        #expect(PageTrendTest([]) == nil)
    }
}
