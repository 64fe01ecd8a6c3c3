// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics
import WireProtocol

/// A client's copy of the page of cells that it asked for last: it asks for what changed, and puts that into the copy.
///
/// A page is handed on whole or not at all: where a cell is missing, because it came in from elsewhere without a change,
/// the next request asks for everything.
struct CellMirror {
    private var request: CellPageRequest?
    private var epoch: UInt64 = 0
    private var number: UInt64 = 0
    private var cells: [Int: SummarisedCell] = [:]

    /// Nothing is known.
    init() {}

    /// The request for a page that says what is known of it.
    mutating func request(_ wanted: CellPageRequest) -> CellPageRequest {
        if request?.query != wanted.query || request?.start != wanted.start || request?.limit != wanted.limit {
            number = 0
        }
        var request = wanted
        (request.epoch, request.since) = (epoch, number)
        self.request = request
        return request
    }

    /// Puts an answer into the copy.
    ///
    /// - Returns: The whole page; nil where it must be asked for again.
    mutating func apply(_ page: CellPage) -> SummaryPage? {
        if number == 0 || page.epoch != epoch { cells = [:] }
        for cell in page.cells { cells[cell.ordinal] = cell }
        let whole = page.ordinals.compactMap { cells[$0] }
        guard whole.count == page.ordinals.count else {
            number = 0
            return nil
        }
        (epoch, number) = (page.epoch, page.number)
        cells = Dictionary(whole.map { ($0.ordinal, $0) }) { first, _ in first }
        return SummaryPage(total: page.total, start: page.start, cells: whole)
    }
}
