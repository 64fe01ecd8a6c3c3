// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Statistics

/// Reads what an index has of cells, within one transaction.
struct EntryReader {
    private let run: Int64
    private let database: Database
    private let failures: RunFailures

    init(run: Int64, _ database: Database) throws {
        self.run = run
        self.database = database
        failures = try RunFailures(run: run, database)
    }

    private static let selection = """
        cell.id, naming.model, cell.seed, \(CellPlace.selection), \(StoredSummary.figures)
        """
    private static let source = """
        run_cell CROSS JOIN cell ON cell.key = run_cell.cell JOIN naming ON naming.key = run_cell.naming
        \(CellPlace.joins) LEFT JOIN summary ON summary.cell = cell.key
        """

    /// The entry of the cell at a place of the run; nil where there is none.
    func entry(at place: Int) throws -> RunIndex.Entry? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(Self.selection) FROM \(Self.source) WHERE run_cell.run = ? AND run_cell.ordinal = ?"
        )
        return try Row.fetchOne(statement, arguments: [run, place]).map { try entry($0) }
    }

    /// Hands all entries in the run's order to `body`, with the model's name and the seed's bit pattern.
    func forEach(_ body: (RunIndex.Entry, String, Int64) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT \(Self.selection) FROM \(Self.source) WHERE run_cell.run = ? ORDER BY run_cell.ordinal",
            arguments: [run]
        )
        while let row = try rows.next() { try body(try entry(row), try row.value(1), try row.value(2)) }
    }

    private func entry(_ row: Row) throws -> RunIndex.Entry {
        let place = try CellPlace(row, from: 3)
        var entry = RunIndex.Entry()
        entry.key = place.key
        entry.baseline = place.baseline?.key ?? 0
        entry.images = Int32(clamping: place.images)
        entry.recorded = Int32(clamping: place.recorded)
        if !failures.isEmpty {
            let troubles = try failures.troubles(of: try row.cellID(0), key: place.key, images: place.images)
            (entry.failed, entry.disputed) = (Int32(clamping: troubles.failed), Int32(clamping: troubles.disputed))
        }
        if let summary = try StoredSummary(row, from: 3 + CellPlace.selected) {
            entry.set(summary.all)
            entry.isCurrent = summary.isCurrent(place)
        }
        return entry
    }
}
