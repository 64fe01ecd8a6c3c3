// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

/// A planned sweep as one run of it: everything the loop needs to know of its cells.
struct RunWork: Sendable {
    /// The run's id in the store.
    let run: String
    /// Which life of the coordinator this is for the run.
    let epoch: UInt64
    /// Whether an unfinished run is continued.
    let isResumed: Bool
    /// This machine's name.
    let host: String
    /// The sweep.
    let plan: PlannedSweep
    /// Number of cells.
    let cellCount: Int

    /// Number of images over all cells; exact when all data sets have equally many, else counted cell by cell.
    let imageCount: Int

    /// What is another way than the sweep file says.
    var settings: SweepSettings { plan.settings }

    /// The cells in the grid's order, made one by one.
    struct Cells: Sequence, Sendable {
        fileprivate let grid: Grid

        func makeIterator() -> Iterator { Iterator(cells: grid.cells.makeIterator()) }

        struct Iterator: IteratorProtocol, Sendable {
            fileprivate var cells: Grid.Cells.Iterator
            mutating func next() -> CellSpec? { cells.next()?.spec }
        }
    }

    var cells: Cells { Cells(grid: plan.grid) }

    func identity(of spec: CellSpec) -> CellIdentity { plan.identity(of: spec) }

    /// The slice's image indices, one for each position of a cell.
    func indices(of dataset: String) -> [UInt32] { plan.dataset(dataset).indices }
}
