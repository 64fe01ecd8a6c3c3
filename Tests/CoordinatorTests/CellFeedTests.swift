// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@testable import Coordinator

/// The order in which cells are given when models are trained first.
@Suite("Cell feed")
struct CellFeedTests {
    private let grid: Grid

    init() throws {
        let yaml = """
            version: 1
            name: s
            models:
              a: {recipe: a.yaml}
              b: {family: glow}
              c: {recipe: c.yaml}
            blocks:
              - {models: [a, b, c], datasets: glyphs, transforms: [identity, {translate: {dx: [1, 2]}}]}
            """
        grid = try Sweep(parsing: yaml, file: "x.yaml").grid
    }

    /// The models of the cells up to the next stop, and whether more follow.
    private func walk(_ feed: inout CellFeed) -> (models: [String], waits: Bool) {
        var models: [String] = []
        while true {
            switch feed.next() {
            case .cell(let cell): models.append(cell.model)
            case .waits: return (models, true)
            case .end: return (models, false)
            }
        }
    }

    @Test("without trainings the cells come in the grid's order")
    func unblocked() {
        var feed = CellFeed(grid, blocked: [])
        let found = walk(&feed)
        #expect(found.models == grid.cells.map(\.spec.model) && !found.waits)
    }

    @Test("cells of models that are not trained wait, and each is given once, when its own model is")
    func blocked() {
        var feed = CellFeed(grid, blocked: ["a", "c"])
        var found = walk(&feed)
        #expect(found.models == ["b", "b", "b"] && found.waits)
        found = walk(&feed)
        #expect(found.models.isEmpty && found.waits)
        feed.release(["c", "b"])
        found = walk(&feed)
        #expect(found.models == ["c", "c", "c"] && found.waits)
        feed.release(["a"])
        found = walk(&feed)
        #expect(found.models == ["a", "a", "a"] && !found.waits)
    }

    @Test("a model that comes free in the middle of a walk has its cells in the next one")
    func inTheMiddle() {
        var feed = CellFeed(grid, blocked: ["a", "c"])
        _ = feed.next()
        feed.release(["a", "c"])
        let found = walk(&feed)
        #expect(found.models.sorted() == ["a", "a", "a", "b", "b", "c", "c", "c"] && !found.waits)
    }
}
