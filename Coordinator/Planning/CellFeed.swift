// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

/// A run's cells in the grid's order, those of models that are not trained yet after the others.
///
/// Nothing of the grid is held: when models have been trained, the grid is walked again for their cells alone.
struct CellFeed: Sendable {
    /// What comes next.
    enum Next: Sendable {
        case cell(CellSpec)
        /// All cells that are left wait for a training.
        case waits
        case end
    }

    private let grid: Grid
    private var cells: Grid.Cells.Iterator
    /// The models whose cells the present walk gives.
    private var walked: Set<String>
    /// Models that came free since it began.
    private var freed: Set<String> = []
    /// Models that are not trained yet.
    private var blocked: Set<String>

    /// The cells of a grid, of which those of `blocked` models wait until these are released.
    init(_ grid: Grid, blocked: Set<String>) {
        self.grid = grid
        self.blocked = blocked
        walked = Set(grid.models).subtracting(blocked)
        cells = grid.cells.makeIterator()
    }

    /// Gives the cells of these models, too.
    mutating func release(_ models: [String]) {
        for model in models where blocked.remove(model) != nil { freed.insert(model) }
    }

    mutating func next() -> Next {
        while true {
            while let cell = cells.next() {
                if walked.contains(cell.spec.model) { return .cell(cell.spec) }
            }
            guard !freed.isEmpty else { return blocked.isEmpty ? .end : .waits }
            (walked, freed) = (freed, [])
            cells = grid.cells.makeIterator()
        }
    }
}
