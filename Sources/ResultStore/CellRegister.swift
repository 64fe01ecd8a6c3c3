// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// Finds cells in a store, or makes them, within one transaction.
struct CellRegister {
    private let path: String
    private let database: Database
    private let insertCell: Statement
    private let findCell: Statement
    private let addBaseline: Statement
    private var models = KeyCache<Digest>()
    private var slices = KeyCache<Digest>()
    private var transforms = KeyCache<TransformSpec>()
    /// The first cell that was new, and the first new one without a transformation.
    private var firstNew: Int64?
    private var firstBaseline: Int64?

    init(path: String, database: Database) throws {
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
    }

    /// The cell's key and how many of its images are recorded.
    ///
    /// - Throws: `ResultStoreError.unknownSlice` when its images were never added.
    mutating func cell(_ id: CellID, _ identity: CellIdentity, images: Int) throws -> (key: Int64, recorded: Int) {
        let bytes = Data(id.bytes)
        if let row = try Row.fetchOne(findCell, arguments: [bytes]) { return (try row.value(0), try row.value(1)) }
        let (model, slice) = (try model(identity.model), try slice(identity.data, images: images))
        let (seed, conditioning) = (Int64(bitPattern: identity.seed), StoredLikelihood(identity).text)
        let numerics = identity.numericsVersion
        insertCell.setUncheckedArguments([
            bytes, model, slice, try transform(identity.transform), seed, conditioning, numerics, images,
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

    /// Notes the cells with results that are compared with new ones.
    func finish() throws {
        guard let firstNew, let firstBaseline else { return }
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO unpaired SELECT baseline.cell, cell.key FROM cell \(CellPlace.joins)
                WHERE cell.key < ? AND cell.recorded > 0 AND baseline.cell >= ?
                """,
            arguments: [firstNew, firstBaseline]
        )
    }

    private mutating func slice(_ digest: Digest, images: Int) throws -> Int64 {
        try slices.key(digest) {
            let row = try Row.fetchOne(
                database,
                sql: "SELECT key, images FROM slice WHERE digest = ?",
                arguments: [Data(digest.bytes)]
            )
            guard let row else { throw ResultStoreError.unknownSlice(digest: digest.description, path: path) }
            guard row.optional(1) == images else {
                throw DamagedRow(detail: "data slice \(digest) has not its \(images) images")
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
}
