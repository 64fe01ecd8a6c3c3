// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import TestSupport
import Testing

@Suite struct ComparisonTests {
    @Test("paired differences are after minus before, item by item")
    func differences() {
        let pairs = PairedDifferences(after: [3, 2, 5, 4], before: [1, 2, 6, 1] as [Float])
        #expect(pairs.values == [2, 0, -1, 3])
        #expect(pairs.mean == 1 && pairs.median == 1)
        #expect(pairs.raised == 2 && pairs.fractionRaised == 0.5)
    }

    @Test("differences are taken in Double, where neighbouring Floats are apart")
    func precision() {
        let before: Float = 1.5
        let pairs = PairedDifferences(after: [before.nextUp], before: [before])
        #expect(pairs.values == [Double(before.ulp)])
    }

    @Test("a pair with a value that is not finite is counted and raises nothing")
    func nonFinitePairs() {
        let pairs = PairedDifferences(after: [.infinity, 1, .nan], before: [0, 0, 0] as [Double])
        #expect(pairs.summary.count == 1 && pairs.summary.nonFiniteCount == 2)
        #expect(pairs.raised == 1 && pairs.fractionRaised == 1)
        #expect(PairedDifferences(after: [Double.nan], before: [0]).fractionRaised == nil)
    }

    @Test("groups are ascending, have exactly the values of their labels, and the total has all")
    func groups() {
        var random = SplitMix64(seed: 7)
        let labels = (0..<500).map { _ in Int.random(in: -2...9, using: &random) }
        let values = labels.map { Float($0) + Float.random(in: 0..<1, using: &random) }
        let grouped = Grouped(values, by: labels)
        #expect(grouped.groups.map(\.label) == Array(Set(labels)).sorted())
        for group in grouped.groups {
            let own = zip(values, labels).filter { $0.1 == group.label }.map(\.0)
            #expect(group.summary == Summary(own))
            #expect(grouped[group.label] == group.summary)
        }
        #expect(grouped.total == Summary(values))
        #expect(grouped[99] == nil)
    }

    @Test("nothing at all has no groups")
    func empty() {
        let grouped = Grouped([Float](), by: [])
        #expect(grouped.groups.isEmpty && grouped.total.count == 0)
    }
}
