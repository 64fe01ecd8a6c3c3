// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Vocabulary

/// Where the numbers of a cell come from.
public struct CellHistory: Hashable, Sendable {
    /// One recorded result.
    public struct Part: Hashable, Sendable {
        /// The attempt that gave it, with the positions that were new.
        public var attempt: AttemptIdentity
        /// Who computed it.
        public var origin: PartOrigin
        /// Time the engine took, in seconds.
        public var seconds: Double
    }

    /// The cell.
    public var cell: RunCell
    /// The recorded results, in the order of positions.
    public var parts: [Part]
    /// The failed attempts of the run at this cell, oldest first.
    public var failures: [FailureRecord]
}

extension ResultStore {
    /// The cell of `run` whose id begins with `prefix`, with everything that is known of its making.
    ///
    /// - Throws: `ResultStoreError.unknownCell` when no cell, or more than one, begins so.
    public func history(of prefix: String, in run: String) throws -> CellHistory {
        try read { database in
            let key = try runKey(run, in: database)
            let cell = try findCell(prefix.lowercased(), run: key, in: database)
            let parts = try parts(of: cell.id, in: database)
            return CellHistory(cell: cell, parts: parts, failures: try failures(of: cell.id, run: key, in: database))
        }
    }

    /// Ids are in order: those with a prefix lie between the prefix filled up with zeros and the same with fs.
    private func findCell(_ prefix: String, run: Int64, in database: Database) throws -> RunCell {
        func id(filledWith digit: Character) -> CellID? {
            guard prefix.count <= 32 else { return nil }
            return CellID(hexadecimal: prefix + String(repeating: digit, count: 32 - prefix.count))
        }
        guard let least = id(filledWith: "0"), let most = id(filledWith: "f") else {
            throw ResultStoreError.unknownCell(id: prefix, path: path)
        }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(RunCell.selection) FROM cell
                CROSS JOIN run_cell ON run_cell.cell = cell.key JOIN naming ON naming.key = run_cell.naming
                JOIN transform ON transform.key = cell.transform
                WHERE cell.id BETWEEN ? AND ? AND run_cell.run = ? ORDER BY cell.id, run_cell.ordinal LIMIT 2
                """,
            arguments: [Data(least.bytes), Data(most.bytes), run]
        )
        guard rows.count == 1 else { throw ResultStoreError.unknownCell(id: prefix, path: path) }
        return try RunCell(rows[0])
    }

    private func parts(of cell: CellID, in database: Database) throws -> [CellHistory.Part] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT part.lower, part.upper, part.attempt, part.epoch, part.seconds, worker.name, worker.host,
                    worker.isa
                FROM part JOIN cell ON cell.key = part.cell JOIN worker ON worker.key = part.worker
                WHERE cell.id = ? ORDER BY part.lower
                """,
            arguments: [Data(cell.bytes)]
        ).map { row in
            let positions = try row.positions(0, 1)
            return CellHistory.Part(
                attempt: AttemptIdentity(
                    shard: Shard(cell: cell, lower: positions.lowerBound, upper: positions.upperBound),
                    attempt: try row.value(2),
                    epoch: UInt64(bitPattern: try row.value(3))
                ),
                origin: PartOrigin(worker: try row.value(5), host: try row.value(6), isa: try row.value(7)),
                seconds: try row.value(4)
            )
        }
    }
}
