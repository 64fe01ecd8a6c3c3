// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Statistics
import Vocabulary

/// Reads cells of a run with their summaries, within one transaction: stored ones, and made ones where those are missing or
/// out of date.
struct SummarisedCells {
    private let run: Int64
    private let failures: RunFailures
    private var summaries: PartSummaries
    private let database: Database

    init(run: Int64, _ database: Database) throws {
        self.run = run
        self.database = database
        failures = try RunFailures(run: run, database)
        summaries = try PartSummaries(database)
    }

    private static let query = """
        SELECT \(RunCell.selection), other.id, \(CellPlace.selection), \(StoredSummary.selection)
        FROM run_cell CROSS JOIN cell ON cell.key = run_cell.cell JOIN naming ON naming.key = run_cell.naming
        JOIN transform ON transform.key = cell.transform
        \(CellPlace.joins) LEFT JOIN summary ON summary.cell = cell.key WHERE run_cell.run = ?
        """

    /// The cell at a place of the run; nil where there is none.
    mutating func cell(at place: Int) throws -> SummarisedCell? {
        let statement = try database.cachedStatement(sql: "\(Self.query) AND run_cell.ordinal = ?")
        return try Row.fetchOne(statement, arguments: [run, place]).map { try cell($0) }
    }

    /// The first place of the run with this cell; nil where there is none.
    mutating func cell(_ id: CellID) throws -> SummarisedCell? {
        let row = try Row.fetchOne(
            database,
            sql: """
                \(Self.query) AND run_cell.ordinal = (
                    SELECT MIN(place.ordinal) FROM run_cell AS place JOIN cell AS wanted ON wanted.key = place.cell
                    WHERE wanted.id = ? AND place.run = ?
                )
                """,
            arguments: [run, Data(id.bytes), run]
        )
        return try row.map { try cell($0) }
    }

    /// Hands all cells in the run's order to `body`, as it needs them.
    mutating func forEach(_ body: (SummarisedCell) throws -> Void) throws {
        let sql = "\(Self.query) ORDER BY run_cell.ordinal"
        let rows = try Row.fetchCursor(database, sql: sql, arguments: [run])
        while let row = try rows.next() { try body(try cell(row)) }
    }

    private mutating func cell(_ row: Row) throws -> SummarisedCell {
        let facts = try RunCell(row)
        let place = try CellPlace(row, from: RunCell.selected + 1)
        let troubles = try failures.troubles(of: facts.id, key: place.key, images: place.images)
        guard let transform = try? TransformSpec(name: facts.transform, parameters: facts.parameters) else {
            throw DamagedRow(detail: "a cell with the unknown transformation '\(facts.transform)'")
        }
        return SummarisedCell(
            ordinal: facts.ordinal,
            id: facts.id,
            spec: CellSpec(model: facts.model, dataset: facts.dataset, transform: transform, seed: facts.seed),
            split: facts.split,
            conditioning: facts.conditioning,
            estimate: facts.estimate,
            images: facts.images,
            recordedImages: facts.recordedImages,
            failedImages: troubles.failed,
            disputedShards: troubles.disputed,
            baseline: place.baseline == nil ? nil : try row.cellID(RunCell.selected),
            summary: try summary(row, of: place)
        )
    }

    private mutating func summary(_ row: Row, of place: CellPlace) throws -> CellSummary? {
        guard place.recorded > 0 else { return nil }
        let stored = try StoredSummary(row, from: RunCell.selected + 1 + CellPlace.selected)
        if let stored, stored.isCurrent(place), let summary = try stored.complete() { return summary }
        return try summaries.summary(of: place)
    }
}
