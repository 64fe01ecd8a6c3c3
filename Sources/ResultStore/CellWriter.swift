// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// Writes the cells of one run, one after the other, within a transaction.
struct CellWriter {
    private let run: Int64
    private let path: String
    private let database: Database
    private let insertCell: Statement
    private let findCell: Statement
    private let placeCell: Statement
    private let addBaseline: Statement
    private var models = KeyCache<Digest>()
    private var slices = KeyCache<Digest>()
    private var transforms = KeyCache<TransformSpec>()
    private var namings = KeyCache<Naming>()
    /// The first cell that was new, and the first new one without a transformation.
    private var firstNew: Int64?
    private var firstBaseline: Int64?
    private var cells = 0
    private var done = 0
    private var images = 0
    private var recorded = 0

    init(run: Int64, path: String, database: Database) throws {
        self.run = run
        self.path = path
        self.database = database
        insertCell = try database.cachedStatement(
            sql: """
                INSERT INTO cell (id, model, slice, transform, seed, conditioning, numerics, images)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        findCell = try database.cachedStatement(sql: "SELECT key, recorded FROM cell WHERE id = ?")
        addBaseline = try database.cachedStatement(sql: "INSERT INTO baseline VALUES (?, ?, ?, ?, ?, ?)")
        placeCell = try database.cachedStatement(
            sql: """
                INSERT INTO run_cell (run, ordinal, cell, naming) VALUES (?, ?, ?, ?)
                ON CONFLICT (run, ordinal) DO UPDATE SET cell = excluded.cell, naming = excluded.naming
                WHERE cell != excluded.cell OR naming != excluded.naming
                """
        )
    }

    mutating func append(_ entry: CellEntry) throws {
        let (key, alreadyRecorded) = try cell(entry)
        try placeCell.execute(arguments: [run, cells, key, try naming(entry)])
        cells += 1
        images += entry.slice.count
        recorded &+= alreadyRecorded
        if alreadyRecorded == entry.slice.count { done += 1 }
    }

    /// Takes away what the run had beyond its new cells, and sets its totals.
    func finish() throws {
        try database.execute(sql: "DELETE FROM run_cell WHERE run = ? AND ordinal >= ?", arguments: [run, cells])
        try database.execute(
            sql: "UPDATE run SET cells = ?, done = ?, images = ?, recorded = ? WHERE key = ?",
            arguments: [cells, done, images, recorded, run]
        )
        try noteUnpaired()
    }

    /// Cells with results that are compared with new ones.
    private func noteUnpaired() throws {
        guard let firstNew, let firstBaseline else { return }
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO unpaired SELECT baseline.cell, cell.key FROM cell \(CellPlace.joins)
                WHERE cell.key < ? AND cell.recorded > 0 AND baseline.cell >= ?
                """,
            arguments: [firstNew, firstBaseline]
        )
    }

    /// The cell's key and how many of its images are recorded.
    private mutating func cell(_ entry: CellEntry) throws -> (key: Int64, recorded: Int) {
        let id = Data(entry.id.bytes)
        let identity = entry.identity
        if let row = try Row.fetchOne(findCell, arguments: [id]) { return (try row.value(0), try row.value(1)) }
        let (model, slice) = (try model(identity.model), try slice(entry.slice))
        let (seed, conditioning) = (Int64(bitPattern: identity.seed), StoredLikelihood(identity).text)
        let numerics = identity.numericsVersion
        insertCell.setUncheckedArguments([
            id, model, slice, try transform(identity.transform), seed, conditioning, numerics, entry.slice.count,
        ])
        try insertCell.execute()
        let key = database.lastInsertedRowID
        firstNew = firstNew ?? key
        if identity.transform == .identity {
            firstBaseline = firstBaseline ?? key
            try addBaseline.execute(arguments: [model, slice, conditioning, numerics, seed, key])
        }
        return (key, 0)
    }

    private mutating func slice(_ slice: DatasetSlice) throws -> Int64 {
        try slices.key(slice.digest) {
            let row = try Row.fetchOne(
                database,
                sql: "SELECT key, images FROM slice WHERE digest = ?",
                arguments: [Data(slice.digest.bytes)]
            )
            guard let row else {
                throw ResultStoreError.unknownSlice(digest: slice.digest.description, path: path)
            }
            guard row.optional(1) == slice.count else {
                throw DamagedRow(detail: "data slice \(slice.digest) has not its \(slice.count) images")
            }
            return try row.value(0)
        }
    }

    private mutating func model(_ digest: Digest) throws -> Int64 {
        try models.key(digest) {
            try database.key(of: "model", ["digest": Data(digest.bytes)])
        }
    }

    private mutating func transform(_ transform: TransformSpec) throws -> Int64 {
        try transforms.key(transform) {
            try database.key(of: "transform", ["name": transform.name, "parameters": transform.parameters])
        }
    }

    private mutating func naming(_ entry: CellEntry) throws -> Int64 {
        let naming = Naming(model: entry.model, dataset: entry.slice.name, split: entry.slice.split)
        return try namings.key(naming) {
            try database.key(
                of: "naming",
                ["model": naming.model, "dataset": naming.dataset, "split": naming.split]
            )
        }
    }
}

/// What a sweep file calls a cell's model and data.
private struct Naming: Hashable {
    let model: String
    let dataset: String
    let split: String
}
