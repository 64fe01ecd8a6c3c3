// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Synchronization
public import Vocabulary

// Whose a run is: one process keeps the others out, and what it writes is written in its epoch alone.
extension ResultStore {
    /// Keeps other processes out of the runs of `sweep` as long as this one lives or the run is not over.
    ///
    /// - Throws: `ResultStoreError.runTaken` when another one does so already.
    public func claim(_ sweep: Digest) throws {
        guard let lock else { throw ResultStoreError.readOnly(path: path) }
        guard try !lock.take(sweep, of: path) else { return }
        let (id, owner) = try read { database -> (String?, RunOwner?) in
            guard let row = try Self.unfinishedRun(of: sweep, in: database) else { return (nil, nil) }
            return (row.optional(1), RunOwner(row, from: 3))
        }
        throw ResultStoreError.runTaken(id: id, owner: owner, path: path)
    }

    /// Makes sure that a run which was begun here is still this process's, and that the store is where it was.
    ///
    /// - Throws: `ResultStoreError.runTakenOver` or `.replaced`, when it is not.
    public func confirm(_ run: String) throws {
        guard file.isInPlace else { throw ResultStoreError.replaced(path: path) }
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT epoch, owner_pid, owner_host, owner_since FROM run WHERE id = ?",
                arguments: [run]
            )
            guard let row else { throw ResultStoreError.unknownRun(id: run, path: path) }
            let epoch = UInt64(bitPattern: try row.value(0))
            guard epoch == (try ownEpoch(of: run)) else {
                throw ResultStoreError.runTakenOver(id: run, owner: RunOwner(row, from: 1), path: path)
            }
        }
    }

    /// Makes sure of it in a transaction that writes: what follows in the transaction is written in this epoch or not at all.
    func confirm(_ run: String, _ key: Int64, in database: Database) throws {
        let epoch = try ownEpoch(of: run)
        try database.execute(
            sql: "UPDATE run SET epoch = epoch WHERE key = ? AND epoch = ?",
            arguments: [key, Int64(bitPattern: epoch)]
        )
        guard database.changesCount != 1 else { return }
        let row = try Row.fetchOne(
            database,
            sql: "SELECT owner_pid, owner_host, owner_since FROM run WHERE key = ?",
            arguments: [key]
        )
        throw ResultStoreError.runTakenOver(id: run, owner: row.flatMap { RunOwner($0, from: 0) }, path: path)
    }

    private func ownEpoch(of run: String) throws -> UInt64 {
        guard let epoch = epochs.withLock({ $0[run] }) else { throw ResultStoreError.notBegun(id: run, path: path) }
        return epoch
    }

    /// Key, id, epoch and the owner's three columns of the newest unfinished run of `sweep`.
    static func unfinishedRun(of sweep: Digest, in database: Database) throws -> Row? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT key, id, epoch, owner_pid, owner_host, owner_since FROM run
                WHERE digest = ? AND state NOT IN (?, ?) ORDER BY key DESC LIMIT 1
                """,
            arguments: [Data(sweep.bytes), RunState.complete.rawValue, RunState.cancelled.rawValue]
        )
    }
}

extension RunOwner {
    /// Reads the owner from the three columns of `row` that begin with the one at `column`; nil when nobody owns the run.
    init?(_ row: Row, from column: Int) {
        let (pid, host): (Int32?, String?) = (row.optional(column), row.optional(column + 1))
        let since: Double? = row.optional(column + 2)
        guard let pid, let host, let since else { return nil }
        self.init(pid: pid, host: host, since: Date(timeIntervalSince1970: since))
    }
}
