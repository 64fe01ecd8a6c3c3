// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Glibc
import Synchronization

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
/// ``ResultStoreError``; after one with a ``ResultStoreError/trouble`` the same can be tried again.
///
/// A run is written by one process at a time. A lock beside the file keeps others out as long as the process lives; and
/// where two hold it all the same, because their file system has no real locks, each transaction first finds its own
/// epoch in the store, or fails with ``ResultStoreError/runTakenOver(id:owner:path:)``.
public final class ResultStore: Sendable {
    /// The file.
    public let path: String
    let file: StoreFile
    /// Where others are kept out of runs; nil in a store that is only read.
    let lock: StoreLock?
    /// The epochs of the runs that were begun by way of this object.
    let epochs = Mutex<[String: UInt64]>([:])
    /// What was recorded lately.
    let growing = GrowingCells()
    /// Whether cells may wait to be compared with a baseline that is complete.
    let pairsAreDue = Atomic(true)

    private init(_ file: StoreFile, _ lock: StoreLock?) {
        path = file.path
        self.file = file
        self.lock = lock
    }

    /// Opens the store at `path` for reading and writing, making it or bringing its schema up to date when needed.
    public static func open(_ path: String) throws -> ResultStore {
        let isNew = makeFile(path)
        let lock: StoreLock
        do {
            lock = try StoreLock(beside: path)
        } catch {
            if isNew { unlink(path) }
            throw error
        }
        do {
            if !isNew { try refuseForeign(path) }
            let file = try StoreFile(path, for: .writing)
            // Before there is a table, so that nobody sees tables without it.
            try file.prepare { try $0.execute(sql: "PRAGMA application_id = \(Schema.applicationID)") }
            try file.migrate(Schema.migrator)
            if try !file.read(Schema.outdatedViews).isEmpty { try file.write(Schema.renewViews) }
            return ResultStore(file, lock)
        } catch {
            lock.withdraw()
            throw error
        }
    }

    /// Opens the store at `path` for reading only, whether or not another process is writing it.
    ///
    /// SQLite keeps the index of the WAL beside the file, so the directory must be writable, or somebody must be writing
    /// the store; an idle store is read without that.
    public static func openForReading(_ path: String) throws -> ResultStore {
        guard FileManager.default.fileExists(atPath: path) else { throw ResultStoreError.missing(path: path) }
        let file = try StoreFile(path, for: .reading)
        try refuseForeign(file)
        let missing = try file.read(Schema.missing)
        guard missing.isSubset(of: Schema.dispensable) else { throw ResultStoreError.notReady(path: path) }
        return ResultStore(file, nil)
    }

    /// Closes all connections; the store must not be used afterwards.
    ///
    /// Dropping the last reference closes them too, but cannot report an error.
    public func close() throws { try file.close() }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value { try file.read(body) }

    /// Performs `body` in one transaction, which is durable when this method returns.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value { try file.write(body) }

    /// Performs `body` in one transaction in which `run` is still this object's; `body` is given the run's key.
    func write<Value>(to run: String, _ body: (Int64, Database) throws -> Value) throws -> Value {
        try file.write { database in
            let key = try runKey(run, in: database)
            try confirm(run, key, in: database)
            return try body(key, database)
        }
    }
}

extension ResultStore {
    /// Makes an empty file at `path`, so that its lock is found whatever links lead there; false when there is one.
    private static func makeFile(_ path: String) -> Bool {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        // Why it cannot be made, SQLite or the lock will say.
        guard descriptor >= 0 else { return false }
        Glibc.close(descriptor)
        return true
    }

    private static func refuseForeign(_ path: String) throws {
        let file = try StoreFile(path, for: .reading)
        defer { try? file.close() }
        try refuseForeign(file)
    }

    /// Refuses files of other programs and of later versions, before anything is written to them.
    private static func refuseForeign(_ file: StoreFile) throws {
        let path = file.path
        try file.read { database in
            guard try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") != 0 else { return }
            guard try Int.fetchOne(database, sql: "PRAGMA application_id") == Schema.applicationID else {
                throw ResultStoreError.notAStore(path: path)
            }
            let applied = try Schema.migrator.appliedIdentifiers(database)
            let unknown = applied.subtracting(Schema.migrator.migrations)
            guard unknown.isEmpty else { throw ResultStoreError.newer(path: path, schema: unknown.sorted()) }
        }
    }
}
