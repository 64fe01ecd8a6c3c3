// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// How many shards of a run were to be audited, over all lives of its coordinator.
public struct AuditTally: Hashable, Sendable {
    /// Computed a second time, by a worker of another key and host, and compared.
    public var done = 0
    /// Chosen, and not audited, or not yet.
    public var missing = 0

    /// These counts; nothing was to be audited unless said otherwise.
    public init(done: Int = 0, missing: Int = 0) {
        self.done = done
        self.missing = missing
    }

    /// The counts of two lives.
    public static func + (left: AuditTally, right: AuditTally) -> AuditTally {
        AuditTally(done: left.done + right.done, missing: left.missing + right.missing)
    }
}

// Whose work a run takes for what: its secret, and what came of its audits.
extension ResultStore {
    /// The run's secret, by which its coordinator recognises what it handed out in an earlier life; that of a run without
    /// one becomes `fresh`, which should be random bytes.
    public func secret(of run: String, orElse fresh: [UInt8]) throws -> [UInt8] {
        try write { database in
            let key = try runKey(run, in: database)
            try confirm(run, key, in: database)
            let sql = "SELECT secret FROM run WHERE key = ?"
            if let secret = try Data.fetchOne(database, sql: sql, arguments: [key]) { return [UInt8](secret) }
            try database.execute(sql: "UPDATE run SET secret = ? WHERE key = ?", arguments: [Data(fresh), key])
            return fresh
        }
    }

    /// Notes what has come of the run's audits so far.
    public func setAudits(_ tally: AuditTally, of run: String) throws {
        try write { database in
            let key = try runKey(run, in: database)
            try confirm(run, key, in: database)
            try database.execute(
                sql: "UPDATE run SET audits = ?, audits_missing = ? WHERE key = ?",
                arguments: [tally.done, tally.missing, key]
            )
        }
    }
}
