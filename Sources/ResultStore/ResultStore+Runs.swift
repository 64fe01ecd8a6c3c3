// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
import GRDB
import Vocabulary

extension ResultStore {
    /// Continues the newest unfinished run of the same sweep, or begins a new one.
    ///
    /// A run is unfinished in every state but `complete` and `cancelled`. Continuing one makes its terminal failures
    /// history: they are kept, and no longer terminal.
    ///
    /// - Parameters:
    ///   - request: The sweep, and who is going to work on it.
    ///   - now: The time of the start.
    ///   - isAlive: Whether another process, found as the run's owner, still works on it; nobody does unless said.
    /// - Returns: The run, and which life of a coordinator this is for it.
    /// - Throws: `ResultStoreError.runTaken` when somebody does; looking and taking are one transaction.
    public func begin(
        _ request: RunRequest,
        at now: Date,
        isAlive: (RunOwner) -> Bool = { _ in false }
    ) throws -> BegunRun {
        try write { database in
            let unfinished = try Row.fetchOne(
                database,
                sql: """
                    SELECT key, id, epoch, owner_pid, owner_boot, owner_host FROM run
                    WHERE digest = ? AND state NOT IN (?, ?) ORDER BY key DESC LIMIT 1
                    """,
                arguments: [
                    Data(request.digest.bytes), RunState.complete.rawValue, RunState.cancelled.rawValue,
                ]
            )
            if let unfinished {
                if let owner = RunOwner(unfinished, pid: 3, bootID: 4, host: 5), isAlive(owner) {
                    throw ResultStoreError.runTaken(id: try unfinished.value(1), pid: owner.pid, path: path)
                }
                return try resume(unfinished, for: request, at: now, in: database)
            }
            try insert(request, at: now, in: database)
            return BegunRun(id: request.id, resumed: false, epoch: 1, previousOwner: nil)
        }
    }

    /// Moves a run to another state; in every state but `running` and `paused` it has no owner.
    public func setState(_ state: RunState, of run: String, at now: Date) throws {
        try write { database in
            let key = try runKey(run, in: database)
            let disowned =
                state == .running || state == .paused ? "" : ", owner_pid = NULL, owner_boot = NULL, owner_host = NULL"
            try database.execute(
                sql: "UPDATE run SET state = ?, updated = ?\(disowned) WHERE key = ?",
                arguments: [state.rawValue, now.timeIntervalSince1970, key]
            )
        }
    }

    /// All runs, newest first.
    public func runs() throws -> [RunRecord] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT \(Self.runColumns) FROM run ORDER BY created DESC, key DESC")
                .map(RunRecord.init)
        }
    }

    /// The run called `id`; its totals cost nothing to read, however many cells it has.
    public func run(_ id: String) throws -> RunRecord {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT \(Self.runColumns) FROM run WHERE id = ?",
                arguments: [id]
            )
            guard let row else { throw ResultStoreError.unknownRun(id: id, path: path) }
            return try RunRecord(row)
        }
    }

    /// The content of the sweep file that the run called `id` was begun with.
    public func sweepText(of id: String) throws -> String {
        try read { database in
            let text = try String.fetchOne(database, sql: "SELECT text FROM run WHERE id = ?", arguments: [id])
            guard let text else { throw ResultStoreError.unknownRun(id: id, path: path) }
            return text
        }
    }

    func runKey(_ id: String, in database: Database) throws -> Int64 {
        let statement = try database.cachedStatement(sql: "SELECT key FROM run WHERE id = ?")
        guard let key = try Int64.fetchOne(statement, arguments: [id]) else {
            throw ResultStoreError.unknownRun(id: id, path: path)
        }
        return key
    }

    private func resume(
        _ row: Row,
        for request: RunRequest,
        at now: Date,
        in database: Database
    ) throws -> BegunRun {
        let key: Int64 = try row.value(0)
        let epoch = UInt64(bitPattern: try row.value(2)) &+ 1
        try database.execute(
            sql: """
                UPDATE run SET sweep = ?, path = ?, text = ?, state = ?, updated = ?, epoch = ?, endpoint = ?,
                    owner_pid = ?, owner_boot = ?, owner_host = ?
                WHERE key = ?
                """,
            arguments: [
                request.sweep, request.path, request.text, RunState.running.rawValue, now.timeIntervalSince1970,
                Int64(bitPattern: epoch), request.endpoint,
                request.owner?.pid, request.owner?.bootID, request.owner?.host, key,
            ]
        )
        try database.execute(sql: "UPDATE failure SET terminal = 0 WHERE run = ?", arguments: [key])
        let previousOwner = RunOwner(row, pid: 3, bootID: 4, host: 5)
        return BegunRun(id: try row.value(1), resumed: true, epoch: epoch, previousOwner: previousOwner)
    }

    private func insert(_ request: RunRequest, at now: Date, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO run (id, sweep, path, digest, text, state, created, updated, epoch, endpoint,
                    owner_pid, owner_boot, owner_host)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """,
            arguments: [
                request.id, request.sweep, request.path, Data(request.digest.bytes), request.text,
                RunState.running.rawValue, now.timeIntervalSince1970, now.timeIntervalSince1970, request.endpoint,
                request.owner?.pid, request.owner?.bootID, request.owner?.host,
            ]
        )
        guard database.changesCount == 1 else { throw ResultStoreError.runExists(id: request.id, path: path) }
    }

    private static var runColumns: String {
        """
        id, sweep, path, digest, state, created, updated, epoch, endpoint, owner_pid, owner_boot, owner_host,
        cells, done, images, recorded, duplicates, mismatches
        """
    }
}

extension RunOwner {
    /// Reads the owner from its three columns of `row`; nil when nobody owns the run.
    fileprivate init?(_ row: Row, pid: Int, bootID: Int, host: Int) {
        let (pid, bootID, host): (Int32?, String?, String?) = (
            row.optional(pid), row.optional(bootID), row.optional(host)
        )
        guard let pid, let bootID, let host else { return nil }
        self.init(pid: pid, bootID: bootID, host: host)
    }
}

extension RunRecord {
    fileprivate init(_ row: Row) throws {
        let digest: Data = try row.value(3)
        let state: String = try row.value(4)
        guard let digest = Digest(bytes: digest), let state = RunState(rawValue: state) else {
            throw DamagedRow(detail: "a run without a proper digest or state")
        }
        self.init(
            id: try row.value(0),
            sweep: try row.value(1),
            path: try row.value(2),
            digest: digest,
            state: state,
            created: Date(timeIntervalSince1970: try row.value(5)),
            updated: Date(timeIntervalSince1970: try row.value(6)),
            epoch: UInt64(bitPattern: try row.value(7)),
            endpoint: row.optional(8),
            owner: RunOwner(row, pid: 9, bootID: 10, host: 11),
            cells: try row.value(12),
            done: try row.value(13),
            images: try row.value(14),
            recordedImages: try row.value(15),
            duplicateImages: try row.value(16),
            mismatchedImages: try row.value(17)
        )
    }
}
