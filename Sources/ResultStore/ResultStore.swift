// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The one door to the file that holds every recorded number.
///
/// A store holds many runs and is the cache between them: results belong to cells, whose ids say everything that
/// decides their numbers, and runs refer to cells.
///
/// ```swift
/// let store = try ResultStore.open("results.sqlite")
/// let run = try store.begin(request, at: now)
/// try store.setCells(of: run.id, to: cells)
/// let outcomes = try store.record(parts, in: run.id, at: now)  // acknowledge after this returns
/// ```
///
/// The file is an SQLite database in WAL mode with `synchronous = FULL`: when a writing method returns, what it wrote
/// survives SIGKILL and loss of power. Readers, in this process or another, see whole transactions and never make the
/// writer wait; the writer never makes them wait. All methods block and may be called from any thread. They throw
/// ``ResultStoreError``.
public final class ResultStore: Sendable {
    /// The file.
    public let path: String
    private let pool: DatabasePool

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    /// Opens the store at `path` for reading and writing, making it or bringing its schema up to date when needed.
    public static func open(_ path: String) throws -> ResultStore {
        try named(path) {
            if fileExists(path) { try inspect(path) }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { database in
                // GRDB chooses NORMAL for WAL, which may lose the last commits when power is lost.
                try database.execute(sql: "PRAGMA synchronous = FULL")
                // Adding a million cells touches the index of ids at random; the default of 2 MB would write each page
                // many times over. Only pages in use take memory.
                try database.execute(sql: "PRAGMA cache_size = -65536")
                // Before there is a table, so that nobody sees tables without it.
                try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            }
            try Schema.migrator.migrate(pool)
            return ResultStore(path: path, pool: pool)
        }
    }

    /// Opens the store at `path` for reading only, whether or not another process is writing it.
    ///
    /// The directory must be writable all the same: SQLite keeps the index of the WAL beside the file.
    public static func openForReading(_ path: String) throws -> ResultStore {
        try named(path) {
            guard fileExists(path) else { throw ResultStoreError.missing(path: path) }
            try inspect(path)
            var configuration = configuration
            configuration.readonly = true
            let pool = try DatabasePool(path: path, configuration: configuration)
            guard try pool.read(Schema.migrator.hasCompletedMigrations) else {
                throw ResultStoreError.notReady(path: path)
            }
            return ResultStore(path: path, pool: pool)
        }
    }

    /// Closes all connections; the store must not be used afterwards.
    ///
    /// Dropping the last reference closes them too, but cannot report an error.
    public func close() throws {
        try Self.named(path) { try pool.close() }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try Self.named(path) { try pool.read(body) }
    }

    /// Performs `body` in one transaction, which is durable when this method returns.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try Self.named(path) { try pool.write(body) }
    }
}

extension ResultStore {
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "BitSweep.ResultStore"
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(30)
        return configuration
    }

    private static func fileExists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// Refuses files of other programs and of later versions, before anything is written to them.
    private static func inspect(_ path: String) throws {
        var configuration = configuration
        configuration.readonly = true
        try DatabaseQueue(path: path, configuration: configuration).read { database in
            guard try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") != 0 else { return }
            guard try Int.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID else {
                throw ResultStoreError.notAStore(path: path)
            }
            let applied = try Schema.migrator.appliedIdentifiers(database)
            let unknown = applied.subtracting(Schema.migrator.migrations)
            guard unknown.isEmpty else { throw ResultStoreError.newer(path: path, schema: unknown.sorted()) }
        }
    }

    private static func named<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw ResultStoreError(error, path: path)
        } catch let damage as DamagedRow {
            throw ResultStoreError.damaged(path: path, detail: damage.detail)
        }
    }
}
