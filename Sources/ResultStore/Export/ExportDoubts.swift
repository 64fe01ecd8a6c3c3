// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// What an export says of rows that are not to be taken for certain: nothing, and no column, where there is no doubt.
struct ExportDoubts {
    private let auditsMissing: Int
    private let disputed: [CellID: [Range<Int>]]

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
    }

    /// The columns behind those of values.
    var columns: [String] {
        (disputed.isEmpty ? [] : ["disputed"]) + (auditsMissing > 0 ? ["audits_missing"] : [])
    }

    /// What stands in them for the image at `position` of `cell`: whether its row is disputed, and how many of the run's
    /// shards were to be audited and are not.
    func counts(at position: Int, of cell: CellID) -> [Int] {
        let isDisputed = disputed[cell]?.contains { $0.contains(position) } == true
        return (disputed.isEmpty ? [] : [isDisputed ? 1 : 0]) + (auditsMissing > 0 ? [auditsMissing] : [])
    }
}
