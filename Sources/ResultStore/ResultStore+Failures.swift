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
                sql: "SELECT \(Self.failureColumns) FROM failure WHERE run = ? ORDER BY key",
                arguments: [try runKey(run, in: database)]
            ).map(FailureRecord.init)
        }
    }

    /// The failed attempts of a run at a cell, oldest first.
    func failures(of cell: CellID, run: Int64, in database: Database) throws -> [FailureRecord] {
        try Row.fetchAll(
            database,
            sql: "SELECT \(Self.failureColumns) FROM failure WHERE run = ? AND cell = ? ORDER BY key",
            arguments: [run, Data(cell.bytes)]
        ).map(FailureRecord.init)
    }

    static let failureColumns = """
        cell, lower, upper, attempt, epoch, kind, message, worker, host, time, terminal, log
        """
}

extension ResultStore {
    /// The images of `run` that have no result because their shards were given up: by cell, ascending positions.
    ///
    /// A result that came after all beats the failure.
    public func failedPositions(of run: String) throws -> [CellID: [Int]] {
        try read { database in try failedPositions(of: runKey(run, in: database), in: database) }
    }

    func failedPositions(of run: Int64, in database: Database) throws -> [CellID: [Int]] {
        var failed: [CellID: [Int]] = [:]
        try forEachFailedCell(of: run, in: database) { failed[$0] = Array($1) }
        return failed
    }

    /// Number of images of `run` that have no result because their shards were given up.
    public func failedImages(of run: String) throws -> Int {
        try read { database in
            var count = 0
            try forEachFailedCell(of: runKey(run, in: database), in: database) { count += $1.count }
            return count
        }
    }

    /// Hands the cells of a run of which images failed to `body`, with the positions.
    private func forEachFailedCell(of run: Int64, in database: Database, _ body: (CellID, IndexSet) -> Void) throws {
        let failures = try RunFailures(run: run, database)
        guard !failures.isEmpty else { return }
        let cells = try Row.fetchCursor(
            database,
            sql: """
                SELECT cell.id, cell.key, cell.images FROM cell
                WHERE cell.id IN (SELECT cell FROM failure WHERE run = ? AND terminal = 1)
                    AND cell.recorded < cell.images
                """,
            arguments: [run]
        )
        while let row = try cells.next() {
            let id: Data = try row.value(0)
            let positions = try failures.positions(of: id, key: try row.value(1), images: try row.value(2))
            if !positions.isEmpty { body(try row.cellID(0), positions) }
        }
    }
}

extension FailureRecord {
    init(_ row: Row) throws {
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
