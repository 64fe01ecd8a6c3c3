// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Testing
import Vocabulary

@Suite("Summaries of a run's cells")
struct SummaryTests {
    private static let shift = Scene.cell(.translate(Translation(dx: 1)))
    private static let clean = Scene.cell()

    @Test("a summary has the figures of the recorded images, overall and by class")
    func figures() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [Self.clean, Self.shift])
        _ = try scene.store.record([Scene.part(Self.shift, 0..<13)], in: "run", at: Scene.time)
        let cell = try scene.store.summary(of: Self.shift.id, in: "run")
        let values = try scene.store.values(of: Self.shift.id, column: "bpd")
        let expected = Grouped(values.values, by: values.labels.map(Int.init))
        #expect(cell.summary?.all.summary == expected.total)
        #expect(cell.summary?.classes.map(\.summary) == expected.groups.map(\.summary))
        #expect(cell.summary?.classes.map(\.label) == expected.groups.map(\.label))
        #expect(cell.recordedImages == 13)
    }

    @Test("differences are to the images that the identity cell has, too")
    func differences() throws {
        let scene = try Scene()
        try scene.begin("run", cells: [Self.clean, Self.shift])
        let parts = [Scene.part(Self.shift, 0..<13), Scene.part(Self.clean, 5..<20)]
        _ = try scene.store.record(parts, in: "run", at: Scene.time)
        let cell = try scene.store.summary(of: Self.shift.id, in: "run")
        let pairs = PairedDifferences(
            after: (5..<13).map { Scene.value(Self.shift, $0, "bpd") },
            before: (5..<13).map { Scene.value(Self.clean, $0, "bpd") }
        )
        let found = try #require(cell.summary?.all.difference)
        #expect(cell.baseline == Self.clean.id)
        #expect(found.count == pairs.summary.count)
        #expect(found.nonFiniteCount == pairs.summary.nonFiniteCount)
        #expect(found.raised == pairs.raised)
        #expect(isNear(found.mean, pairs.mean))
        #expect(isNear(found.standardDeviation, pairs.summary.standardDeviation))
    }

    /// Values of any magnitude: equal but for the rounding of sums that are made in another order.
    private func isNear(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return left == right }
        return (left - right).magnitude <= 1e-14 * max(left.magnitude, right.magnitude)
    }
}
