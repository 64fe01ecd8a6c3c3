// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

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
