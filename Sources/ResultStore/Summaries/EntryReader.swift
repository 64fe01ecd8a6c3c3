// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

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

    /// All that an index has, in an order that `entry` knows.
    private static let selection = """
        cell.id, naming.model, cell.seed, cell.key, cell.images, cell.recorded, baseline.cell, other.recorded,
        summary.recorded, summary.baseline, summary.baseline_recorded, summary.non_finite, summary.mean, summary.median,
        summary.sd, summary.minimum, summary.maximum, summary.delta_n, summary.delta_mean, summary.delta_raised
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
        while let row = try rows.next() { try body(try entry(row), row[1] ?? "", row[2] ?? 0) }
    }

    /// Reads columns as what the tables, which are strict, let them be: nothing of hundreds of thousands of rows is checked.
    private func entry(_ row: Row) throws -> RunIndex.Entry {
        func integer(_ column: Int) -> Int64? { row[column] }
        func number(_ column: Int) -> Double { row[column] ?? .nan }
        var entry = RunIndex.Entry()
        entry.key = integer(3) ?? 0
        entry.baseline = integer(6) ?? 0
        entry.images = Int32(clamping: integer(4) ?? 0)
        entry.recorded = Int32(clamping: integer(5) ?? 0)
        entry.isCurrent = integer(8) == integer(5) && integer(9) == integer(6) && integer(10) == integer(7)
        entry.nonFinite = Int32(clamping: integer(11) ?? 0)
        (entry.mean, entry.median, entry.deviation) = (number(12), number(13), number(14))
        (entry.minimum, entry.maximum) = (Float(number(15)), Float(number(16)))
        entry.difference = number(18)
        let (count, raised) = (integer(17) ?? 0, integer(19) ?? 0)
        if count > 0 { entry.raised = Double(raised) / Double(count) }
        guard !failures.isEmpty else { return entry }
        let troubles = try failures.troubles(of: try row.cellID(0), key: entry.key, images: Int(entry.images))
        (entry.failed, entry.disputed) = (Int32(clamping: troubles.failed), Int32(clamping: troubles.disputed))
        return entry
    }
}
