// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// A run of a store that is merged into another one.
struct MergedRun {
    let id: String
    let sweep: Digest
    let state: RunState
    let cells: Int
    let updated: Double

    /// The runs of a store, oldest first.
    static func all(in database: Database) throws -> [MergedRun] {
        try Row.fetchAll(database, sql: "SELECT id, digest, state, cells, updated FROM run ORDER BY key").map { row in
            let digest: Data = try row.value(1)
            let state: String = try row.value(2)
            guard let digest = Digest(bytes: digest), let state = RunState(rawValue: state) else {
                throw DamagedRow(detail: "a run without a proper digest or state")
            }
            return MergedRun(
                id: try row.value(0),
                sweep: digest,
                state: state,
                cells: try row.value(3),
                updated: try row.value(4)
            )
        }
    }
}

extension ResultStore {
    /// Gives this store a run of another one, with its cells, if it has not; whether it was new.
    ///
    /// It is interrupted until ``settle(_:of:)``: whoever finds it so knows that the merge was not completed.
    func add(_ run: MergedRun, of source: ResultStore) throws -> Bool {
        try source.read { foreign in
            let columns = """
                id, sweep, path, digest, text, created, updated, epoch, secret, audits, audits_missing, duplicates,
                mismatches
                """
            let row = try Row.fetchOne(foreign, sql: "SELECT \(columns) FROM run WHERE id = ?", arguments: [run.id])
            guard let row else { throw ResultStoreError.unknownRun(id: run.id, path: source.path) }
            return try write { database in
                let places = row.columnNames.map { _ in "?" }.joined(separator: ", ")
                try database.execute(
                    sql: """
                        INSERT INTO run (\(columns), state) VALUES (\(places), '\(RunState.interrupted.rawValue)')
                        ON CONFLICT (id) DO NOTHING
                        """,
                    arguments: StatementArguments(row.databaseValues)
                )
                let isNew = database.changesCount == 1
                let key = try runKey(run.id, in: database)
                let known = try Int.fetchOne(database, sql: "SELECT cells FROM run WHERE key = ?", arguments: [key])
                // One digest stands for the same cells; a run that has none was interrupted before it got them.
                if known ?? 0 < run.cells { try addCells(of: run.id, from: foreign, to: key, in: database) }
                return isNew
            }
        }
    }

    private func addCells(of run: String, from foreign: Database, to key: Int64, in database: Database) throws {
        var writer = try CellWriter(run: key, path: path, database: database)
        let cells = try Row.fetchCursor(
            foreign,
            sql: """
                SELECT model.digest, slice.digest, transform.name, transform.parameters, cell.seed, cell.conditioning,
                    cell.numerics, cell.id, naming.model, naming.dataset, naming.split, cell.images
                FROM run JOIN run_cell ON run_cell.run = run.key JOIN cell ON cell.key = run_cell.cell
                    JOIN naming ON naming.key = run_cell.naming JOIN model ON model.key = cell.model
                    JOIN slice ON slice.key = cell.slice JOIN transform ON transform.key = cell.transform
                WHERE run.id = ? ORDER BY run_cell.ordinal
                """,
            arguments: [run]
        )
        while let row = try cells.next() {
            let identity = try CellIdentity(row, numericsVersion: try row.value(6))
            let slice = DatasetSlice(
                name: try row.value(9),
                split: try row.value(10),
                digest: identity.data,
                count: try row.value(11)
            )
            let id = try row.cellID(7)
            guard identity.id == id else {
                throw DamagedRow(detail: "a cell whose id is not that of what decides it")
            }
            try writer.append(CellEntry(id: id, identity: identity, model: try row.value(8), slice: slice))
        }
        try writer.finish()
    }

    /// Completes what the merge began with a run: its failures, and the state that it has in the store that knew it last.
    ///
    /// - Returns: Number of failures that were new.
    func settle(_ run: MergedRun, of source: ResultStore) throws -> Int {
        let failures = try source.failures(of: run.id)
        return try write { database in
            let key = try runKey(run.id, in: database)
            let known = Set(
                try Row.fetchAll(
                    database,
                    sql: "SELECT \(Self.failureColumns) FROM failure WHERE run = ?",
                    arguments: [key]
                ).map { try FailureRecord($0) }
            )
            let new = failures.filter { !known.contains($0) }
            try insert(new, of: key, in: database)
            try settleState(of: run, key, in: database)
            return new.count
        }
    }

    private func settleState(of run: MergedRun, _ key: Int64, in database: Database) throws {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT state, updated, recorded = images AND images > 0 FROM run WHERE key = ?",
            arguments: [key]
        )
        guard let row else { return }
        let own: String = try row.value(0)
        let updated: Double = try row.value(1)
        let isWhole: Bool = try row.value(2)
        let latest = run.updated >= updated ? run.state : RunState(rawValue: own) ?? .interrupted
        // Every image is recorded, whoever recorded it; or else nobody works on it here.
        let state: RunState =
            switch latest {
            case .cancelled: .cancelled
            case _ where isWhole: .complete
            case .failed: .failed
            default: .interrupted
            }
        try database.execute(
            sql: """
                UPDATE run SET state = ?, updated = MAX(updated, ?), endpoint = NULL,
                    owner_pid = NULL, owner_host = NULL, owner_since = NULL WHERE key = ?
                """,
            arguments: [state.rawValue, run.updated, key]
        )
    }
}
