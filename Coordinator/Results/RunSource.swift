// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import WireProtocol

/// How a run stands at one moment, with the cells that were asked for.
struct RunView: Sendable {
    /// The run's id.
    var run: String
    /// The sweep's name.
    var sweep: String
    /// How far the run has come, in one word.
    var state: String
    /// Whether there may be more to see later.
    var isGoingOn: Bool
    /// Number of cells.
    var cells: Int
    /// The line under the title.
    var progress: ProgressLine
    /// What the run's coordinator says: workers, failures, trainings; nil where nobody answers.
    var live: Snapshot?
    /// The cells that were asked for; empty when none were.
    var page = SummaryPage(total: 0, cells: [])
    /// The cell that was asked for by its place.
    var selected: CellPage.Selected?
    /// What all cells have between them; nil where that was not asked for.
    var scales: RunScales?
    /// Whose numbers of changes these are, and the number: another pair when a cell changed, was added or taken away.
    var epoch: UInt64 = 0
    var number: UInt64 = 0
}

/// Where a run is looked at: its store, or its coordinator.
protocol RunSource {
    /// How the run stands now; with a page of its cells where one is asked for.
    ///
    /// Pages cost what they show, whatever the run's size. One that is shorter than asked for, and not the last, was too
    /// large for one answer: the rest begins behind it.
    mutating func look(_ request: CellPageRequest?) async throws -> RunView
}

extension RunSource {
    /// How the run stands now, with all cells of `query`, but no more than `limit`.
    mutating func look(all query: CellPageRequest, limit: Int) async throws -> RunView {
        var request = query
        request.limit = min(limit, WireLimits.cellsPerPage)
        var view = try await look(request)
        while view.page.cells.count < min(view.page.total, limit) {
            request.start = view.page.cells.count
            request.limit = min(limit - view.page.cells.count, WireLimits.cellsPerPage)
            let next = try await look(request)
            guard !next.page.cells.isEmpty else { break }
            // What changed between two pages may have moved cells from one to the other.
            let known = Set(view.page.cells.map(\.ordinal))
            view.page.cells += next.page.cells.filter { !known.contains($0.ordinal) }
            view.page.total = next.page.total
        }
        return view
    }
}
