// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// What went wrong with cells of a run, cell by cell, within one transaction.
struct RunFailures {
    /// Whether nothing went wrong with any cell.
    let isEmpty: Bool
    private let run: Int64
    private let findGivenUp: Statement
    private let countDisputes: Statement
    private let findParts: Statement

    init(run: Int64, _ database: Database) throws {
        self.run = run
        let sql = "SELECT EXISTS (SELECT 1 FROM failure WHERE run = ?)"
        isEmpty = try Bool.fetchOne(database, sql: sql, arguments: [run]) != true
        findGivenUp = try database.cachedStatement(
            sql: "SELECT lower, upper FROM failure WHERE run = ? AND cell = ? AND terminal = 1"
        )
        countDisputes = try database.cachedStatement(
            sql: "SELECT COUNT(*) FROM failure WHERE run = ? AND cell = ? AND kind = '\(FailureRecord.disputed)'"
        )
        findParts = try database.cachedStatement(sql: "SELECT lower, upper FROM part WHERE cell = ?")
    }

    /// How many images of a cell have no result because their shards were given up, and how many shards are disputed.
    func troubles(of cell: CellID, key: Int64, images: Int) throws -> (failed: Int, disputed: Int) {
        guard !isEmpty else { return (0, 0) }
        let id = Data(cell.bytes)
        let disputed = try Int.fetchOne(countDisputes, arguments: [run, id]) ?? 0
        return (try positions(of: id, key: key, images: images).count, disputed)
    }

    /// The positions of a cell that were given up and are not recorded after all.
    func positions(of id: Data, key: Int64, images: Int) throws -> IndexSet {
        var failed = IndexSet()
        let rows = try Row.fetchCursor(findGivenUp, arguments: [run, id])
        while let row = try rows.next() { failed.insert(integersIn: try row.positions(0, 1).clamped(to: 0..<images)) }
        guard !failed.isEmpty else { return failed }
        let parts = try Row.fetchCursor(findParts, arguments: [key])
        while let part = try parts.next() { failed.remove(integersIn: try part.positions(0, 1)) }
        return failed
    }
}
