// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Vocabulary

extension ResultStore {
    func insert(_ failures: [FailureRecord], of run: Int64, in database: Database) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO failure (run, cell, lower, upper, attempt, epoch, kind, message, worker, host, time,
                    terminal, log)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for failure in failures {
            let shard = failure.attempt.shard
            try statement.execute(
                arguments: [
                    run, Data(shard.cell.bytes), shard.lower, shard.upper, failure.attempt.attempt,
                    Int64(bitPattern: failure.attempt.epoch), failure.kind, failure.message, failure.worker,
                    failure.host, failure.time.timeIntervalSince1970, failure.isTerminal,
                    failure.log.joined(separator: "\n"),
                ]
            )
        }
    }

    /// The failed attempts of `run` in the order in which they were kept.
    public func failures(of run: String) throws -> [FailureRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT cell, lower, upper, attempt, epoch, kind, message, worker, host, time, terminal, log
                    FROM failure WHERE run = ? ORDER BY key
                    """,
                arguments: [try runKey(run, in: database)]
            ).map(FailureRecord.init)
        }
    }
}

extension ResultStore {
    /// The images of `run` that have no result because their shards were given up: by cell, ascending positions.
    ///
    /// A result that came after all beats the failure.
    public func failedPositions(of run: String) throws -> [CellID: [Int]] {
        try read { database in try failedPositions(of: runKey(run, in: database), in: database) }
    }

    func failedPositions(of run: Int64, in database: Database) throws -> [CellID: [Int]] {
        var failed: [CellID: IndexSet] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT failure.cell, failure.lower, failure.upper, cell.images
                FROM failure JOIN cell ON cell.id = failure.cell WHERE failure.run = ? AND failure.terminal = 1
                """,
            arguments: [run]
        )
        while let row = try rows.next() {
            let range = try row.positions(1, 2).clamped(to: 0..<(try row.value(3)))
            failed[try row.cellID(0), default: []].insert(integersIn: range)
        }
        for cell in failed.keys {
            let parts = try Row.fetchCursor(
                database,
                sql: "SELECT part.lower, part.upper FROM part JOIN cell ON cell.key = part.cell WHERE cell.id = ?",
                arguments: [Data(cell.bytes)]
            )
            while let part = try parts.next() { failed[cell]?.remove(integersIn: try part.positions(0, 1)) }
        }
        return failed.mapValues { Array($0) }.filter { !$0.value.isEmpty }
    }
}

extension FailureRecord {
    fileprivate init(_ row: Row) throws {
        let shard = Shard(cell: try row.cellID(0), lower: try row.value(1), upper: try row.value(2))
        self.init(
            attempt: AttemptIdentity(
                shard: shard,
                attempt: try row.value(3),
                epoch: UInt64(bitPattern: try row.value(4))
            ),
            kind: try row.value(5),
            message: try row.value(6),
            worker: try row.value(7),
            host: try row.value(8),
            time: Date(timeIntervalSince1970: try row.value(9)),
            isTerminal: try row.value(10),
            log: (try row.value(11) as String).split(separator: "\n").map(String.init)
        )
    }
}
