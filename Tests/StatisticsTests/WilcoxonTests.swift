// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

/// Against SciPy 1.17 (`scipy/stats/tests/test_morestats.py` and values made with `scipy.stats.wilcoxon`) and R.
@Suite struct WilcoxonTests {
    private func probability(_ test: WilcoxonTest) -> Double { pow(10, test.log10P) }

    private func minus(_ first: [Double], _ second: [Double]) -> [Double] { zip(first, second).map { $0 - $1 } }

    @Test("the normal approximation has SciPy's value, with and without continuity correction")
    func normal() {
        let differences = minus(
            [120, 114, 181, 188, 180, 146, 121, 191, 132, 113, 127, 112],
            [133, 143, 119, 189, 112, 199, 198, 113, 115, 121, 142, 187]
        )
        let test = WilcoxonTest(differences, method: .normal)
        #expect(test.statistic == 34 && agree(probability(test), 0.6948866023724735))
        let corrected = WilcoxonTest(differences, method: .normal, continuity: true)
        #expect(agree(probability(corrected), 0.7240816609153895))
    }

    @Test("the three rules for zeros differ as in SciPy")
    func zeros() {
        let counts = [1, 4, 16, 15, 8, 4, 5, 1, 2]
        let differences = zip(-4...4, counts).flatMap { [Double](repeating: Double($0), count: $1) }
        let expected: [(WilcoxonTest.ZeroRule, Double, Double)] = [
            (.pratt, 423, 0.0031724568006762576), (.split, 441, 0.0032145343172473055), (.drop, 327, 0.00641346115861),
        ]
        for (rule, statistic, value) in expected {
            let test = WilcoxonTest(differences, zeros: rule)
            #expect(test.statistic == statistic && agree(probability(test), value, to: 1e-11), "\(rule)")
        }
    }

    @Test("equal differences tie all together")
    func ties() {
        let differences = [Double](repeating: 0.1, count: 10)
        let test = WilcoxonTest(differences, method: .normal)
        #expect(test.statistic == 0 && agree(probability(test), 0.001565402258002551))
        let corrected = WilcoxonTest(differences, method: .normal, continuity: true)
        #expect(agree(probability(corrected), 0.00190419504300439))
        let one = WilcoxonTest([0, 0, 0, -1], zeros: .pratt, method: .normal)
        #expect(one.statistic == 0 && agree(probability(one), 0.31731050786291415))
    }

    @Test("one-sided tests have the positive rank sum and SciPy's values")
    func oneSided() {
        let differences = minus(
            [125, 115, 130, 140, 140, 115, 140, 125, 140, 135],
            [110, 122, 125, 120, 140, 124, 123, 137, 135, 145]
        )
        let expected: [(WilcoxonTest.Alternative, Bool, Double)] = [
            (.less, false, 0.7031847042787), (.less, true, 0.72336564289),
            (.greater, false, 0.2968152957213), (.greater, true, 0.3176446594176),
        ]
        for (alternative, continuity, value) in expected {
            let test = WilcoxonTest(
                differences,
                alternative: alternative,
                method: .normal,
                continuity: continuity
            )
            #expect(test.statistic == 27 && agree(probability(test), value, to: 1e-10), "\(alternative)")
        }
    }

    @Test("few differences without ties are tested exactly")
    func exact() {
        let differences = minus(
            [1.81, 0.82, 1.56, -0.48, 0.81, 1.28, -1.04, 0.23, -0.75, 0.14],
            [0.71, 0.65, -0.2, 0.85, -1.1, -0.45, -0.84, -0.24, -0.68, -0.76]
        )
        let test = WilcoxonTest(differences)
        #expect(test.isExact && agree(probability(test), 0.10546875))
        #expect(agree(probability(WilcoxonTest(differences, alternative: .less)), 0.95800781256, to: 1e-8))
        #expect(agree(probability(WilcoxonTest(differences, alternative: .greater)), 0.052734375))
    }

    @Test("few differences with ties and a zero are tested over all their signs")
    func permutation() {
        let test = WilcoxonTest((-5...7).map(Double.init))
        #expect(test.isExact && test.statistic == 27.5 && agree(probability(test), 0.3955078125))
        let many = WilcoxonTest((-7...7).map(Double.init))
        #expect(!many.isExact)
    }

    @Test("exact tails agree with a count over all signs, ties and zeros included")
    func exactByEnumeration() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<20 {
            let differences = (0..<9).map { _ in Double(Int.random(in: -4...4, using: &random)) }
            for rule in [WilcoxonTest.ZeroRule.drop, .pratt, .split] {
                let magnitudes = differences.map(abs)
                let ranked = magnitudes.filter { rule != .drop || $0 > 0 }
                let ranks = magnitudes.map { value in
                    Double(ranked.count { $0 < value }) + (Double(ranked.count { $0 == value }) + 1) / 2
                }
                let signed = differences.indices.filter { differences[$0] != 0 }
                let observed = signed.filter { differences[$0] > 0 }.map { ranks[$0] }.reduce(0, +)
                let sums = (0..<(1 << signed.count)).map { signs in
                    signed.indices.filter { signs >> $0 & 1 == 1 }.map { ranks[signed[$0]] }.reduce(0, +)
                }
                let upper = Double(sums.count { $0 >= observed }) / Double(sums.count)
                let test = WilcoxonTest(differences, zeros: rule, alternative: .greater)
                #expect(agree(probability(test), upper), "\(differences) \(rule)")
            }
        }
    }

    @Test("the p-value of a million differences that all rise has a logarithm")
    func noUnderflow() {
        // from mpmath import *; n = mpf(10)**6; z = n*(n+1)/4/sqrt(n*(n+1)*(2*n+1)/24); log10(erfc(z/sqrt(2)))
        let test = WilcoxonTest((1...1_000_000).map(Double.init))
        #expect(test.statistic == 0 && agree(test.log10P, -162863.5477351519187))
    }

    @Test("without a difference there is nothing to test")
    func nothing() {
        for differences in [[], [0, 0, 0], [Double.nan]] {
            let test = WilcoxonTest(differences)
            #expect(test.log10P == 0 && test.statistic == 0)
        }
    }
}
