// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import GRDBSQLite

/// Connections of this process to a store's file.
struct StoreConnections: Sendable {
    let pool: DatabasePool
    /// Whether SQLite was told that nobody writes to the file: that is only so as long as the store is idle.
    let areImmutable: Bool

    /// Opens the file at `path`, which exists.
    init(_ path: String, for purpose: StoreFile.Purpose) throws {
        switch purpose {
        case .writing: (pool, areImmutable) = (try Self.writer(path), false)
        case .reading: (pool, areImmutable) = try Self.reader(path)
        }
    }

    private static func writer(_ path: String) throws -> DatabasePool {
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(isReadOnly: false))
            try pool.writeWithoutTransaction { database in
                // GRDB chooses NORMAL for WAL, which may lose the last commits when power is lost.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // Adding a million cells touches the index of ids at random; the default of 2 MB would write each page
                // many times over. Only pages in use take memory.
                try database.execute(sql: "PRAGMA cache_size = -65536")
            }
            return pool
        } catch let error as DatabaseError {
            throw StoreSurroundings(path).explain(error, isWriting: true)
        }
    }

    /// Where SQLite cannot keep the index of the WAL beside the file, an idle store is read without one.
    private static func reader(_ path: String) throws -> (DatabasePool, areImmutable: Bool) {
        let surroundings = StoreSurroundings(path)
        do {
            // There it would wait for a lock that it never gets.
            if !surroundings.isLockless { return (try readOnly(path), false) }
        } catch let error as DatabaseError {
            guard surroundings.isIdle, error.isOfPlace else { throw surroundings.explain(error, isWriting: false) }
        }
        guard surroundings.isIdle, sqlite3_compileoption_used("USE_URI") != 0 else {
            throw surroundings.explain(nil, isWriting: false)
        }
        do {
            return (try readOnly(surroundings.immutableAddress), true)
        } catch let error as DatabaseError {
            throw surroundings.explain(error, isWriting: false)
        }
    }

    private static func readOnly(_ address: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: address, configuration: configuration(isReadOnly: true))
        // Nothing of the file is looked at before.
        try pool.read { _ = try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM sqlite_master") }
        return pool
    }

    private static func configuration(isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.label = "BitSweep.ResultStore"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(10)
        configuration.readonly = isReadOnly
        if isReadOnly { configuration.prepareDatabase { try Schema.substitute($0) } }
        return configuration
    }
}

extension DatabaseError {
    /// Whether it may be for want of a file beside the database that cannot be made, opened or mapped there.
    fileprivate var isOfPlace: Bool {
        [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR].contains(resultCode)
    }
}
