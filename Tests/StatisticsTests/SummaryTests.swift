// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import Testing

@Suite("Summary")
struct SummaryTests {
    @Test("figures of a known set are those worked out by hand")
    func knownSet() {
        let summary = Summary([4.0, 1, 3, 2])
        #expect(summary.count == 4 && summary.nonFiniteCount == 0)
        #expect(summary.mean == 2.5 && summary.median == 2.5)
        #expect(summary.lowerQuartile == 1.75 && summary.upperQuartile == 3.25)
        #expect(summary.minimum == 1 && summary.maximum == 4)
        #expect(abs((summary.standardDeviation ?? 0) - (5.0 / 3).squareRoot()) < 1e-15)
    }

    @Test("values that are no numbers are counted and left out")
    func nonFinite() {
        let summary = Summary([1.0, .nan, .infinity, 3])
        #expect(summary.count == 2 && summary.nonFiniteCount == 2 && summary.mean == 2)
        #expect(Summary([Double]()).mean == nil)
    }
}
