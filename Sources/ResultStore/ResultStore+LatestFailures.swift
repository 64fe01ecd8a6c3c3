// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Some of a run's failures, and how many there are.
public struct FailurePage: Hashable, Sendable {
    /// Failures of the run.
    public var total: Int
    /// Those of the page, the latest first.
    public var records: [FailureRecord]
}

extension ResultStore {
    /// Up to `limit` of the failures of `run`, the latest first, beginning with the `start`-th from 0.
    public func latestFailures(of run: String, from start: Int = 0, limit: Int = 100) throws -> FailurePage {
        try read { database in
            let key = try runKey(run, in: database)
            let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM failure WHERE run = ?", arguments: [key])
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Self.failureColumns) FROM failure WHERE run = ? ORDER BY key DESC LIMIT ? OFFSET ?
                    """,
                arguments: [key, limit, start]
            )
            return FailurePage(total: total ?? 0, records: try rows.map(FailureRecord.init))
        }
    }
}
