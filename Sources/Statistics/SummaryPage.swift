// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Some of a run's cells with their summaries, and how many there are to choose from.
public struct SummaryPage: Hashable, Sendable {
    /// Number of cells that the query matches.
    public var total: Int
    /// The position, among these, of the first cell of the page.
    public var start: Int
    /// The cells of the page, in the query's order.
    public var cells: [SummarisedCell]

    /// A page; the first unless said otherwise.
    public init(total: Int, start: Int = 0, cells: [SummarisedCell]) {
        self.total = total
        self.start = start
        self.cells = cells
    }
}

/// What all cells of a run have between them, so that some of them can be drawn to the scale of all.
public struct RunScales: Hashable, Sendable {
    /// From the least to the greatest value that is summarised, by the model's name in the sweep file.
    public var values: [String: ClosedRange<Double>] = [:]
    /// Whether cells differ in their seeds.
    public var hasSeveralSeeds = false

    /// Nothing is known yet.
    public init() {}
}
