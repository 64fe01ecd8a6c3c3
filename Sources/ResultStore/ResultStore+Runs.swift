// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
import GRDB
import Synchronization
import Vocabulary

extension ResultStore {
    /// Continues the newest unfinished run of the same sweep, or begins a new one; other processes are kept out of it
    /// until it has another state than `running` and `paused`, or this one ends.
    ///
    /// A run is unfinished in every state but `complete` and `cancelled`. Continuing one makes its terminal failures
    /// history: they are kept, and no longer terminal.
    ///
    /// - Parameters:
    ///   - request: The sweep, and who is going to work on it.
    ///   - now: The time of the start.
    /// - Returns: The run, and which life of a coordinator this is for it.
    /// - Throws: `ResultStoreError.runTaken` when somebody else works on it.
    public func begin(_ request: RunRequest, at now: Date) throws -> BegunRun {
        try claim(request.digest)
        let begun = try write { database in
            guard let unfinished = try Self.unfinishedRun(of: request.digest, in: database) else {
                try insert(request, at: now, in: database)
                return BegunRun(id: request.id, resumed: false, epoch: 1, previousOwner: nil)
            }
            return try resume(unfinished, for: request, at: now, in: database)
        }
        epochs.withLock { $0[begun.id] = begun.epoch }
        return begun
    }

    /// Moves a run that was begun here to another state; in every state but `running` and `paused` it has no owner.
    public func setState(_ state: RunState, of run: String, at now: Date) throws {
        let sweep = try write(to: run) { key, database in
            let disowned = state.isLive ? "" : ", owner_pid = NULL, owner_host = NULL, owner_since = NULL"
            try database.execute(
                sql: "UPDATE run SET state = ?, updated = ?\(disowned) WHERE key = ?",
                arguments: [state.rawValue, now.timeIntervalSince1970, key]
            )
            return try Data.fetchOne(database, sql: "SELECT digest FROM run WHERE key = ?", arguments: [key])
        }
        if !state.isLive, let sweep = sweep.flatMap({ Digest(bytes: $0) }) { lock?.release(sweep, of: path) }
    }

    /// All runs, newest first; those whose coordinators died are interrupted.
    public func runs() throws -> [RunRecord] {
        let runs = try read { database in
            try Row.fetchAll(database, sql: "SELECT \(Self.runColumns) FROM run ORDER BY created DESC, key DESC")
                .map(RunRecord.init)
        }
        let locks = StoreLock.Observer(beside: path)
        return runs.map { $0.seen(locks.isHeld($0.digest)) }
    }

    /// The run called `id`; its totals cost nothing to read, however many cells it has.
    public func run(_ id: String) throws -> RunRecord {
        let run = try read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT \(Self.runColumns) FROM run WHERE id = ?",
                arguments: [id]
            )
            guard let row else { throw ResultStoreError.unknownRun(id: id, path: path) }
            return try RunRecord(row)
        }
        return run.seen(StoreLock.Observer(beside: path).isHeld(run.digest))
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
                    owner_pid = ?, owner_host = ?, owner_since = ?
                WHERE key = ?
                """,
            arguments: [
                request.sweep, request.path, request.text, RunState.running.rawValue, now.timeIntervalSince1970,
                Int64(bitPattern: epoch), request.endpoint,
                request.owner?.pid, request.owner?.host, request.owner?.since.timeIntervalSince1970, key,
            ]
        )
        try database.execute(sql: "UPDATE failure SET terminal = 0 WHERE run = ?", arguments: [key])
        let previousOwner = RunOwner(row, from: 3)
        return BegunRun(id: try row.value(1), resumed: true, epoch: epoch, previousOwner: previousOwner)
    }

    private func insert(_ request: RunRequest, at now: Date, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO run (id, sweep, path, digest, text, state, created, updated, epoch, endpoint,
                    owner_pid, owner_host, owner_since)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """,
            arguments: [
                request.id, request.sweep, request.path, Data(request.digest.bytes), request.text,
                RunState.running.rawValue, now.timeIntervalSince1970, now.timeIntervalSince1970, request.endpoint,
                request.owner?.pid, request.owner?.host, request.owner?.since.timeIntervalSince1970,
            ]
        )
        guard database.changesCount == 1 else { throw ResultStoreError.runExists(id: request.id, path: path) }
    }

    private static var runColumns: String {
        """
        id, sweep, path, digest, state, created, updated, epoch, endpoint, owner_pid, owner_host, owner_since,
        cells, done, images, recorded, duplicates, mismatches, audits, audits_missing,
        (SELECT COUNT(*) FROM failure WHERE failure.run = run.key AND failure.kind = '\(FailureRecord.disputed)')
        """
    }
}

extension RunState {
    /// Whether a coordinator works on the run.
    fileprivate var isLive: Bool { self == .running || self == .paused }
}

extension RunRecord {
    /// The run with the state that it has when its lock is held, or is not; nil where that cannot be seen.
    fileprivate func seen(_ isHeld: Bool?) -> RunRecord {
        guard state.isLive, isHeld == false else { return self }
        var run = self
        (run.state, run.owner) = (.interrupted, nil)
        return run
    }

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
            owner: RunOwner(row, from: 9),
            cells: try row.value(12),
            done: try row.value(13),
            images: try row.value(14),
            recordedImages: try row.value(15),
            duplicateImages: try row.value(16),
            mismatchedImages: try row.value(17),
            audits: AuditTally(done: try row.value(18), missing: try row.value(19)),
            disputedShards: try row.value(20)
        )
    }
}
