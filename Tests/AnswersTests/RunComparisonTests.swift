// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Testing
import Vocabulary

/// Two runs value by value.
@Suite struct RunComparisonTests {
    private let shift = TransformSpec.translate(Translation(dx: -1))

    private func rows(_ first: borrowing StoredRun, _ second: borrowing StoredRun) throws -> [ComparisonRow] {
        try RunComparison(
            .init(store: first.store, run: first.id),
            .init(store: second.store, run: second.id)
        ).rows()
    }

    @Test("equal bits are identical, not-a-number included")
    func identical() throws {
        let cell = StoredRun.Cell(labels: [0, 1, 2], columns: ["bpd": [1, .nan, -0.0], "nll": [4, 5, 6]])
        let found = try rows(StoredRun([cell]), StoredRun([cell], id: "other"))
        #expect(found.map(\.state) == [.identical])
        #expect(found[0].compared == 3)
    }

    @Test("what differs is counted and measured, column by column")
    func different() throws {
        let first = StoredRun.Cell(labels: [0, 1, 2, 3], columns: ["bpd": [1, 2, 0, .nan], "a": [1, 1, 1, 1]])
        var second = first
        second.columns["bpd"] = [1, 2.5, -0.0, 7]
        second.columns["a"] = nil
        let found = try rows(StoredRun([first]), StoredRun([second]))
        #expect(found.map(\.column) == ["bpd", "a"])
        #expect(found.map(\.state) == [.differs, .differs])
        // 2 against 2.5, 0 against −0 and NaN against 7 are not the same bits; |Δ| over the three finite pairs.
        #expect(found[0].differing == 3)
        #expect(found[0].nonFinite == 1)
        #expect(found[0].largest == 0.5)
        #expect(found[0].meanAbsolute == 0.5 / 3)
        #expect(found[1].compared == 0)
    }

    @Test("cells and rows of one run alone are named")
    func missing() throws {
        let identity = StoredRun.Cell(labels: [0, 1, 2, 3], columns: ["bpd": [1, 2, 3, 4]])
        var partial = identity
        partial.recorded = 3
        let shifted = StoredRun.Cell(transform: shift, labels: [0], columns: ["bpd": [1]])
        let other = StoredRun.Cell(dataset: "glyphs", labels: [0], columns: ["bpd": [1]])
        let found = try rows(StoredRun([identity, shifted]), StoredRun([partial, other]))
        #expect(found.map(\.state) == [.incomplete, .onlyFirst, .onlySecond])
        #expect([found[0].compared, found[0].onlyFirst, found[0].onlySecond] == [3, 1, 0])
    }

    @Test("cells of other weights belong together by their names")
    func byName() throws {
        let first = StoredRun.Cell(labels: [0, 1], columns: ["bpd": [1, 2]])
        var second = first
        second.weights = "others"
        second.columns["bpd"] = [1, 3]
        let found = try rows(StoredRun([first]), StoredRun([second]))
        #expect(found.map(\.state) == [.differs])
        #expect(found[0].isByName)
        #expect(found[0].differing == 1)
    }
}
