// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Glibc
import Synchronization

/// The SQLite file of a store, with this process's connections to it.
///
/// Where the file system let connections down, the next use opens new ones: a descriptor whose file is stale on a server
/// stays so for ever, and what a connection remembers of a write that failed need not be what the disk has.
final class StoreFile: Sendable {
    /// What connections are for.
    enum Purpose {
        case writing
        case reading
    }

    private struct State {
        var connections: StoreConnections
        /// What let the connections down.
        var doubt: ResultStoreError?
    }

    let path: String
    private let purpose: Purpose
    private let identity: FileIdentity?
    private let state: Mutex<State>

    /// Opens the file at `path`, which exists; whether it is a store is not looked at.
    init(_ path: String, for purpose: Purpose) throws {
        self.path = path
        self.purpose = purpose
        identity = FileIdentity(of: path)
        state = Mutex(State(connections: try StoreConnections(path, for: purpose)))
    }

    /// Closes all connections; a writer leaves the log empty.
    ///
    /// SQLite does so by itself only where the last connection to be closed may write, which the pool does not promise.
    func close() throws {
        try naming(.unknown) {
            try state.withLock { state in
                let pool = state.connections.pool
                if purpose == .writing {
                    try pool.writeWithoutTransaction { database in
                        // SQLite 3.40 crashes when it is asked to empty the log of a file that it cannot read.
                        _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master")
                        _ = try database.checkpoint(.truncate)
                    }
                }
                try pool.close()
            }
        }
    }

    /// Performs `body` on what is there at one moment.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let connections = try connections()
        let value = try use { try connections.pool.read { database in try named(database) { try body(database) } } }
        if connections.areImmutable, !StoreSurroundings(path).isIdle {
            throw ResultStoreError.changedWhileRead(path: path)
        }
        return value
    }

    /// Performs `body` in one transaction, which is durable when this method returns.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let connections = try connections()
        return try use {
            try connections.pool.writeWithoutTransaction { database in
                try named(database) {
                    var value: Value?
                    try database.inTransaction(.immediate) {
                        value = try body(database)
                        return .commit
                    }
                    guard let value else { preconditionFailure("a transaction that was committed has a value") }
                    return value
                }
            }
        }
    }

    /// Performs `body` outside of any transaction.
    func prepare(_ body: (Database) throws -> Void) throws {
        let connections = try connections()
        try use {
            try connections.pool.writeWithoutTransaction { database in try named(database) { try body(database) } }
        }
    }

    /// Brings the schema up to date.
    func migrate(_ migrator: DatabaseMigrator) throws {
        let connections = try connections()
        try use { try migrator.migrate(connections.pool) }
    }

    /// Whether the file is still the one that was opened; true where that cannot be seen.
    var isInPlace: Bool {
        guard let identity else { return true }
        if let present = FileIdentity(of: path) { return present == identity }
        return errno != ENOENT
    }

    /// Connections that nothing is known against.
    private func connections() throws -> StoreConnections {
        try state.withLock { state in
            let isOutdated = state.connections.areImmutable && !StoreSurroundings(path).isIdle
            guard state.doubt != nil || isOutdated else { return state.connections }
            guard isInPlace else { throw ResultStoreError.replaced(path: path) }
            // What it still holds goes with it, before others take its place.
            try? state.connections.pool.close()
            do {
                state.connections = try StoreConnections(path, for: purpose)
            } catch {
                // A connection that cannot be opened knows less of the reason than the one that failed.
                throw state.doubt ?? error
            }
            state.doubt = nil
            return state.connections
        }
    }

    private func use<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try naming(.unknown, body)
        } catch let error as ResultStoreError {
            if error.isOfFileSystem { state.withLock { $0.doubt = error } }
            throw error
        }
    }

    private func named<Value>(_ database: Database, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw ResultStoreError(error, SQLiteReason(database), path: path)
        }
    }

    private func naming<Value>(_ reason: SQLiteReason, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw ResultStoreError(error, reason, path: path)
        } catch let damage as DamagedRow {
            throw ResultStoreError.damaged(path: path, detail: damage.detail)
        }
    }
}

extension ResultStoreError {
    /// Whether connections that met with it may be of no use any more.
    fileprivate var isOfFileSystem: Bool {
        switch self {
        case .inputOutput, .cannotOpen: true
        default: false
        }
    }
}

/// Which file bears a name.
private struct FileIdentity: Equatable {
    private let device: dev_t
    private let number: ino_t

    /// Nil, with `errno`, when there is none or it cannot be looked at.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }
}
