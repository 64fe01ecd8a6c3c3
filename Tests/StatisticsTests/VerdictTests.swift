// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

@Suite struct VerdictTests {
    private func verdict(_ low: Double, _ high: Double) -> Verdict {
        let interval = Interval(low: low, high: high)
        return Verdict(interval: interval, equivalence: interval, smallestEffect: 0.05)
    }

    @Test("an effect is judged by where its whole interval lies")
    func places() {
        #expect(verdict(0.06, 0.2) == .raised && verdict(-0.2, -0.06) == .lowered)
        #expect(verdict(-0.01, 0.04) == .equivalent && verdict(0.01, 0.04) == .equivalent)
        #expect(verdict(0.01, 0.06) == .undecided && verdict(-1, 1) == .undecided && verdict(0.05, 0.2) == .undecided)
    }

    @Test("equivalence wants the 90 % interval only")
    func twoOneSided() {
        let verdict = Verdict(
            interval: Interval(low: -0.06, high: 0.01),
            equivalence: Interval(low: -0.045, high: 0.005, level: 0.9),
            smallestEffect: 0.05
        )
        #expect(verdict == .equivalent)
    }

    @Test("an interval that is not estimable decides nothing")
    func notEstimable() {
        let point = Interval.notEstimable(at: 0, level: 0.95)
        #expect(Verdict(interval: point, equivalence: point, smallestEffect: 0.01) == .undecided)
    }

    @Test("an effect that is the same for all images is judged by itself, of one image not at all")
    func constant() {
        #expect(Verdict(constantEffect: 0, count: 100, smallestEffect: 0.01) == .equivalent)
        #expect(Verdict(constantEffect: 0.5, count: 2, smallestEffect: 0.01) == .raised)
        #expect(Verdict(constantEffect: 0, count: 1, smallestEffect: 0.01) == .undecided)
    }

    private func probabilities(_ log10P: [Double]) -> [Double] { log10P.map { pow(10, $0) } }

    @Test("Holm's and Benjamini and Hochberg's p-values are those of R's multtest")
    func adjusted() {
        let values = [
            0.838541367553, 0.642193923795, 0.680845947633, 0.967833824309, 0.71626938238, 0.177096952723,
            5.23656777208e-5, 0.0202732688798, 0.00028140506198, 0.0149877310796,
        ]
        let holm = probabilities(Multiplicity.holm(values.map(log10))).sorted()
        for (value, expected) in zip(
            holm,
            [5.23656777208e-4, 2.53264555782e-3, 0.11990184863680001, 0.14191288215860001]
                + [Double](repeating: 1, count: 6)
        ) { #expect(agree(value, expected, to: 1e-11)) }
        let rates = probabilities(Multiplicity.benjaminiHochberg(values.map(log10))).sorted()
        for (value, expected) in zip(
            rates,
            [5.2365677720800005e-4, 1.4070253099e-3, 0.04995910359866667, 0.050683172199499998]
        ) { #expect(agree(value, expected, to: 1e-11)) }
    }

    @Test("adjusted p-values keep the order of the questions")
    func order() {
        let values = [0.01, 0.04, 0.03, 0.005].map(log10)
        for (value, expected) in zip(probabilities(Multiplicity.holm(values)), [0.03, 0.06, 0.06, 0.02]) {
            #expect(agree(value, expected))
        }
        for (value, expected) in zip(probabilities(Multiplicity.benjaminiHochberg(values)), [0.02, 0.04, 0.04, 0.02]) {
            #expect(agree(value, expected))
        }
    }

    @Test("p-values far below the least number are adjusted too")
    func tiny() {
        #expect(agree(Multiplicity.holm([-1_600, -2_000])[1], -2_000 + log10(2)))
        #expect(Multiplicity.holm([]) == [] && Multiplicity.benjaminiHochberg([-3]) == [-3])
    }
}
