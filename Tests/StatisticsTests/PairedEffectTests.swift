// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Statistics
import TestSupport
import Testing

/// The depression scores of Hollander and Wolfe, as `wilcox.test` of R shows them.
let depression: [Double] = zip(
    [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
)
.map { $0 - $1 }

@Suite struct PairedEffectTests {
    @Test("Hollander and Wolfe's example has the textbook's figures")
    func textbook() {
        let effect = PairedEffect(differences: depression)
        #expect(effect.count == 9 && effect.zeros == 0 && effect.raised == 7)
        #expect(effect.wilcoxon.positiveRankSum == 40 && effect.wilcoxon.negativeRankSum == 5)
        #expect(agree(pow(10, effect.wilcoxon.log10P), 0.0390625))
        let greater = WilcoxonTest(depression, alternative: .greater)
        #expect(agree(pow(10, greater.log10P), 0.01953125))
        #expect(agree(effect.hodgesLehmann, 0.46))
        #expect(agree(effect.dz, 1.0117918052161972))
        #expect(agree(effect.rankBiserial, 0.7777777777777778))
        #expect(agree(effect.mean, 3.887 / 9))
        // numpy.std(d, ddof=1)
        #expect(agree(effect.standardDeviation, 0.4268554920709246))
    }

    @Test("the interval of Hodges and Lehmann's estimate is exact for few differences")
    func walshInterval() throws {
        let interval = try #require(Sample(depression).hodgesLehmannInterval(level: 0.95))
        #expect(agree(interval.low, 0.01, to: 1e-10) && agree(interval.high, 0.786, to: 1e-10))
        #expect(interval.level == 0.9609375)
    }

    @Test("Hodges and Lehmann's estimate is the median of all averages, made one by one")
    func naiveWalsh() {
        var random = SplitMix64(seed: 11)
        for count in [1, 2, 3, 4, 5, 17, 64, 301] {
            for round in 0..<6 {
                let values = (0..<count).map { _ in
                    switch round % 3 {
                    case 0: Double.random(in: -1...1, using: &random)
                    case 1: Double(Int.random(in: -2...3, using: &random))
                    default: pow(10, Double.random(in: -300...300, using: &random))
                    }
                }
                let averages = values.indices.flatMap { i in values[i...].map { 0.5 * values[i] + 0.5 * $0 } }.sorted()
                let middle = averages.count / 2
                let median =
                    averages.count % 2 == 1 ? averages[middle] : 0.5 * averages[middle - 1] + 0.5 * averages[middle]
                #expect(PairedEffect(differences: values).hodgesLehmann == median)
            }
        }
    }

    @Test("the centre of 10,000 differences is that of their fifty million averages")
    func largeWalsh() {
        // import numpy as np; d = np.sin(np.arange(10000.0)**2) + 0.1
        // w = np.concatenate([(d[i] + d[i:]) / 2 for i in range(10000)]); np.median(w)
        let values = (0..<10_000).map { sin(Double($0) * Double($0)) + 0.1 }
        #expect(agree(PairedEffect(differences: values).hodgesLehmann, 0.10049460776348501, to: 1e-12))
    }

    @Test("zeros are counted, raise nothing, and share no sign")
    func zeros() {
        let effect = PairedEffect(differences: [0, 0, -0.0, 1, 2, -1, .nan, .infinity])
        #expect(effect.count == 6 && effect.zeros == 3 && effect.nonFinite == 2 && effect.raised == 2)
        #expect(effect.raisedShare == 1 / 3.0)
        #expect(effect.rankBiserial == (4.5 - 1.5) / 6)
        #expect(effect.wilcoxon.positiveRankSum == 4.5 && effect.wilcoxonPratt.positiveRankSum == 10.5)
        #expect(effect.median == 0)
    }

    @Test("what few or equal differences cannot tell is absent, never NaN")
    func absent() {
        let none = PairedEffect(differences: [.nan])
        #expect(none.mean == nil && none.hodgesLehmann == nil)
        #expect(none.raisedShare == nil && none.raisedInterval == nil)
        #expect(none.rankBiserial == nil && none.wilcoxon.log10P == 0)
        #expect(Sample([Double.nan]).hodgesLehmannInterval() == nil)
        let one = PairedEffect(differences: [2])
        #expect(one.mean == 2 && one.dz == nil && one.standardDeviation == nil && one.hodgesLehmann == 2)
        #expect(Sample([2.0]).hodgesLehmannInterval()?.isEstimable == false)
        let equal = PairedEffect(differences: [3, 3, 3])
        #expect(equal.dz == nil && equal.rankBiserial == 1)
        let rounded = PairedEffect(differences: [Double](repeating: 0.1, count: 10_000))
        #expect(rounded.dz == nil && rounded.standardDeviation == 0)
    }

    @Test("the order of the differences changes no bit")
    func order() {
        var random = SplitMix64(seed: 5)
        var values = (0..<1_000).map { _ in Double.random(in: -1...2, using: &random) }
        let effect = PairedEffect(differences: values)
        values.shuffle(using: &random)
        #expect(PairedEffect(differences: values) == effect)
    }
}
