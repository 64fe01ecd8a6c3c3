// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// What an export says of rows that are not to be taken for certain: nothing, and no column, where there is no doubt.
struct ExportDoubts {
    private let auditsMissing: Int
    private let disputed: [CellID: [Range<Int>]]
    /// The cells whose numbers are not the engine's, by the word for what they are.
    private let foreign: [(word: String, cells: Set<CellID>)]

    /// The doubts about a run.
    init(of run: Int64, in database: Database) throws {
        let sql = "SELECT audits_missing FROM run WHERE key = ?"
        auditsMissing = try Int.fetchOne(database, sql: sql, arguments: [run]) ?? 0
        var disputed: [CellID: [Range<Int>]] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT cell, lower, upper FROM failure WHERE run = ? AND kind = ?",
            arguments: [run, FailureRecord.disputed]
        )
        while let row = try rows.next() {
            let (lower, upper): (Int, Int) = (try row.value(1), try row.value(2))
            guard lower < upper else { throw DamagedRow(detail: "a dispute about no rows") }
            disputed[try row.cellID(0), default: []].append(lower..<upper)
        }
        self.disputed = disputed
        foreign = try LikelihoodEstimate.Kind.allCases.filter(\.isForeign).map { kind in
            (kind.rawValue, try Self.cells(of: run, kind, in: database))
        }.filter { !$0.cells.isEmpty }
    }

    private static func cells(
        of run: Int64,
        _ kind: LikelihoodEstimate.Kind,
        in database: Database
    ) throws -> Set<CellID> {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT cell.id FROM run_cell JOIN cell ON cell.key = run_cell.cell
                WHERE run_cell.run = ? AND instr(cell.conditioning, ?) > 0
                """,
            arguments: [run, LikelihoodEstimate(kind: kind).text]
        )
        var cells: Set<CellID> = []
        while let row = try rows.next() { cells.insert(try row.cellID(0)) }
        return cells
    }

    /// The columns behind those of values.
    var columns: [String] {
        (disputed.isEmpty ? [] : ["disputed"]) + (auditsMissing > 0 ? ["audits_missing"] : []) + foreign.map(\.word)
    }

    /// What stands in them for the image at `position` of `cell`: whether its row is disputed, how many of the run's
    /// shards were to be audited and are not, and whether its numbers are an external model's, or imported.
    func counts(at position: Int, of cell: CellID) -> [Int] {
        let isDisputed = disputed[cell]?.contains { $0.contains(position) } == true
        return (disputed.isEmpty ? [] : [isDisputed ? 1 : 0]) + (auditsMissing > 0 ? [auditsMissing] : [])
            + foreign.map { $0.cells.contains(cell) ? 1 : 0 }
    }
}
