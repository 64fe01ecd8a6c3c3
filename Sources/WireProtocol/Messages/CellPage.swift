// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics
public import Vocabulary

/// A client's wish to see some of a run's cells, and what it knows of them already.
public struct CellPageRequest: Hashable, Sendable {
    /// Which cells, in what order.
    public var query: CellQuery
    /// Position of the first cell wanted among those that the query matches.
    public var start: Int
    /// How many are wanted at most; 0 … `WireLimits.cellsPerPage`.
    public var limit: Int
    /// The place in the run of a cell that is wanted too, with its position.
    public var selected: Int?
    /// Whether the run's scales are wanted.
    public var wantsScales = false
    /// The epoch and the number of the page that the client has, of the same query and positions; number 0 for none.
    public var epoch: UInt64 = 0
    /// See ``epoch``.
    public var since: UInt64 = 0

    /// The first cells that `query` matches, of which the client knows nothing.
    public init(_ query: CellQuery, start: Int = 0, limit: Int, selected: Int? = nil) {
        self.query = query
        self.start = start
        self.limit = limit
        self.selected = selected
    }
}

/// Some of a run's cells, as far as a client does not know them already.
///
/// `ordinals` is the page; `cells` has those of it that changed after the client's number, or all where the client's epoch is
/// another. A client that misses one, because it came in without a change, asks again with the number 0.
public struct CellPage: Hashable, Sendable {
    /// A cell that a client asked for by its place in the run.
    public struct Selected: Hashable, Sendable {
        /// The cell.
        public var cell: SummarisedCell
        /// Its position among those that the query matches; nil when it is none of them.
        public var position: Int?

        /// A cell and its position.
        public init(cell: SummarisedCell, position: Int?) {
            self.cell = cell
            self.position = position
        }
    }

    /// Which life of whom counts the numbers.
    public var epoch: UInt64
    /// Grows whenever something changed.
    public var number: UInt64
    /// Number of cells that the query matches.
    public var total: Int
    /// Position of the first of `ordinals` among them.
    public var start: Int
    /// The page's cells by their places in the run; fewer than asked for where all would be too large for a message.
    public var ordinals: [Int]
    /// Those that the client does not know.
    public var cells: [SummarisedCell]
    /// The selected cell; nil where none was, or the run has no such place.
    public var selected: Selected?
    /// What all cells have between them; nil where that was not asked for.
    public var scales: RunScales?

    /// A page without cells.
    public init(
        epoch: UInt64,
        number: UInt64,
        total: Int,
        start: Int,
        ordinals: [Int] = [],
        cells: [SummarisedCell] = []
    ) {
        self.epoch = epoch
        self.number = number
        self.total = total
        self.start = start
        self.ordinals = ordinals
        self.cells = cells
    }
}
