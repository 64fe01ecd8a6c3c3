// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
import GRDB

/// What was launched for the runs of a store.
///
/// It is no part of any result: who computed a row, the row's part says.
extension ResultStore {
    /// Keeps a job that was launched.
    public func add(_ job: LaunchedJob) throws {
        let details = String(decoding: try JSONEncoder().encode(job.details), as: UTF8.self)
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO launch (launcher, place, id, name, run, workers, launched, cancelled, details)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    job.launcher.rawValue, job.place, job.id, job.name, job.run, job.workers,
                    job.launched.timeIntervalSince1970, job.cancelled?.timeIntervalSince1970, details,
                ]
            )
        }
    }

    /// Notes that jobs were cancelled.
    public func setCancelled(_ jobs: [LaunchedJob], at now: Date) throws {
        try write { database in
            for job in jobs {
                try database.execute(
                    sql: "UPDATE launch SET cancelled = ? WHERE launcher = ? AND place = ? AND id = ? AND launched = ?",
                    arguments: [
                        now.timeIntervalSince1970, job.launcher.rawValue, job.place, job.id,
                        job.launched.timeIntervalSince1970,
                    ]
                )
            }
        }
    }

    /// Everything that was launched, oldest first; nothing in a store of before that nobody has written to since.
    public func launchedJobs() throws -> [LaunchedJob] {
        try read { database in
            guard try database.tableExists("launch") else { return [] }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT launcher, place, id, name, run, workers, launched, cancelled, details FROM launch
                    ORDER BY key
                    """
            ).map(LaunchedJob.init)
        }
    }
}

extension LaunchedJob {
    fileprivate init(_ row: Row) throws {
        let (launcher, details): (String, String) = (try row.value(0), try row.value(8))
        guard let launcher = Launcher(rawValue: launcher),
            let details = try? JSONDecoder().decode([String: String].self, from: Data(details.utf8))
        else { throw DamagedRow(detail: "a launched job without a proper launcher or details") }
        self.init(
            launcher: launcher,
            place: try row.value(1),
            id: try row.value(2),
            name: try row.value(3),
            run: row.optional(4),
            workers: try row.value(5),
            launched: Date(timeIntervalSince1970: try row.value(6)),
            details: details
        )
        cancelled = (row.optional(7) as Double?).map { Date(timeIntervalSince1970: $0) }
    }
}
