// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import TestSupport
import Testing

@Suite struct ComparisonTests {
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
