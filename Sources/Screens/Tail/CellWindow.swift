// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Statistics
package import Vocabulary

/// What a screen needs of a run's cells.
package struct CellRequest: Hashable, Sendable {
    /// Which cells, in what order.
    package var query = CellQuery.begun
    /// Whether the order is to stay as it was, and what is new to come last.
    package var isHeld = false
    /// Position of the first cell wanted, and how many.
    package var first = 0
    package var limit = 0
    /// The place in the run of the cell whose position is wanted.
    package var selected: Int?

    package init() {}
}

/// What a source knows for a request.
package struct CellWindow: Hashable, Sendable {
    /// What was asked for.
    package var query = CellQuery.begun
    /// Cells that match the query.
    package var matching = 0
    /// Position of the first cell.
    package var first = 0
    package var cells: [SummarisedCell] = []
    /// The selected cell, and where it stands; nil where nothing was selected, or it does not match.
    package var selected: Selected?
    /// From the least to the greatest value of each model, by its name, as far as that is known.
    package var scales: [String: ClosedRange<Double>] = [:]

    package struct Selected: Hashable, Sendable {
        package var cell: SummarisedCell
        /// nil where the source does not know it.
        package var position: Int?

        package init(cell: SummarisedCell, position: Int?) { (self.cell, self.position) = (cell, position) }
    }

    package init() {}

    subscript(position: Int) -> SummarisedCell? {
        cells.indices.contains(position - first) ? cells[position - first] : nil
    }
}
