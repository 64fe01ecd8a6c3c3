// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
public import Statistics
public import Vocabulary

extension ResultStore {
    /// Up to `limit` of the cells of `run` that `query` matches, in its order, beginning with the `start`-th from 0.
    ///
    /// Figures are those of what is recorded, also of cells that grow. Who asks again and again uses ``RunSummaries``: for a
    /// query other than that of all cells in the run's order all cells are looked at.
    ///
    /// - Throws: `ResultStoreError`.
    public func summaries(
        of run: String,
        matching query: CellQuery = CellQuery(),
        from start: Int = 0,
        limit: Int = 100
    ) throws -> SummaryPage {
        guard query == CellQuery() else {
            let summaries = try RunSummaries(of: run, in: self)
            try summaries.refresh()
            return try summaries.page(query, from: start, limit: limit)
        }
        return try read { database in
            let key = try runKey(run, in: database)
            let total = try Int.fetchOne(database, sql: "SELECT cells FROM run WHERE key = ?", arguments: [key]) ?? 0
            let first = min(max(start, 0), total)
            var reader = try SummarisedCells(run: key, database)
            let cells = try (first..<first + min(max(limit, 0), total - first)).compactMap { try reader.cell(at: $0) }
            return SummaryPage(total: total, start: first, cells: cells)
        }
    }

    /// The cell of `run` with this id; where it has several places, the first.
    ///
    /// - Throws: `ResultStoreError.unknownCell`.
    public func summary(of cell: CellID, in run: String) throws -> SummarisedCell {
        try read { database in
            var reader = try SummarisedCells(run: runKey(run, in: database), database)
            guard let found = try reader.cell(cell) else {
                throw ResultStoreError.unknownCell(id: cell.description, path: path)
            }
            return found
        }
    }

    /// Calls `body` with every cell of `run` in its order; all is of one moment, and one cell at a time is in memory.
    ///
    /// - Throws: `ResultStoreError`, or what `body` throws; it must not call the store.
    public func forEachSummary(of run: String, _ body: (SummarisedCell) throws -> Void) throws {
        try read { database in
            var reader = try SummarisedCells(run: runKey(run, in: database), database)
            try reader.forEach(body)
        }
    }
}
