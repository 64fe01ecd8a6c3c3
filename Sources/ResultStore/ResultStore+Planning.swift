// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Vocabulary

extension ResultStore {
    /// Calls `body` with the identity of every cell all of whose images are recorded, whatever runs it belongs to.
    ///
    /// - Parameters:
    ///   - numericsVersion: The arithmetic that the cells must be of.
    ///   - body: Called once for each, in no particular order; must not call the store.
    /// - Throws: `ResultStoreError`, or what `body` throws.
    public func forEachCompleteCell(numericsVersion: UInt32, _ body: (CellIdentity) throws -> Void) throws {
        try read { database in
            var identities = try CellIdentities(numericsVersion: numericsVersion, database)
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT model, slice, transform, seed, conditioning FROM cell
                    WHERE recorded = images AND numerics = ?
                    """,
                arguments: [numericsVersion]
            )
            while let row = try rows.next() { try body(try identities.identity(row)) }
        }
    }

    /// Draws of images that one worker scored per second, over the newest thousand parts; nil in a store without parts.
    ///
    /// Parts whose times or sizes are beyond belief are left out, and so is a speed that is.
    public func imagesPerSecond() throws -> Double? {
        let speed = try read { database in
            try Double.fetchOne(
                database,
                sql: """
                    SELECT TOTAL((upper - lower) * \(StoredLikelihood.draws)) / NULLIF(TOTAL(seconds), 0)
                    FROM (SELECT cell, lower, upper, seconds FROM part ORDER BY key DESC LIMIT 1000) AS newest
                    JOIN cell ON cell.key = newest.cell
                    WHERE seconds BETWEEN ? AND ? AND upper BETWEEN lower AND 4294967295 AND lower >= 0
                    """,
                arguments: [Measured.seconds.lowerBound, Measured.seconds.upperBound]
            )
        }
        return speed.flatMap { $0 > 0 && Measured.rates.contains($0) ? $0 : nil }
    }
}

extension CellIdentity {
    init(_ row: Row, numericsVersion: UInt32) throws {
        let (model, data): (Data, Data) = (try row.value(0), try row.value(1))
        let (name, parameters): (String, String) = (try row.value(2), try row.value(3))
        let conditioning: String = try row.value(5)
        guard let model = Digest(bytes: model), let data = Digest(bytes: data),
            let likelihood = StoredLikelihood(conditioning),
            let transform = try? TransformSpec(name: name, parameters: parameters)
        else { throw DamagedRow(detail: "a cell without proper digests, transformation or conditioning") }
        self.init(
            model: model,
            conditioning: likelihood.conditioning,
            estimate: likelihood.estimate,
            data: data,
            transform: transform,
            seed: UInt64(bitPattern: try row.value(4)),
            numericsVersion: numericsVersion
        )
    }
}

/// Makes the identities of cells; what many cells share is read once.
private struct CellIdentities {
    private let numericsVersion: UInt32
    private let findModel: Statement
    private let findSlice: Statement
    private let findTransform: Statement
    private var models: [Int64: Digest] = [:]
    private var slices: [Int64: Digest] = [:]
    private var transforms: [Int64: TransformSpec] = [:]

    init(numericsVersion: UInt32, _ database: Database) throws {
        self.numericsVersion = numericsVersion
        findModel = try database.cachedStatement(sql: "SELECT digest FROM model WHERE key = ?")
        findSlice = try database.cachedStatement(sql: "SELECT digest FROM slice WHERE key = ?")
        findTransform = try database.cachedStatement(sql: "SELECT name, parameters FROM transform WHERE key = ?")
    }

    /// The identity of a row with the keys of model, slice and transformation, the seed and the conditioning.
    mutating func identity(_ row: Row) throws -> CellIdentity {
        guard let likelihood = StoredLikelihood(try row.value(4)) else {
            throw DamagedRow(detail: "a cell with an unknown conditioning")
        }
        return CellIdentity(
            model: try Self.digest(try row.value(0), findModel, &models),
            conditioning: likelihood.conditioning,
            estimate: likelihood.estimate,
            data: try Self.digest(try row.value(1), findSlice, &slices),
            transform: try transform(try row.value(2)),
            seed: UInt64(bitPattern: try row.value(3)),
            numericsVersion: numericsVersion
        )
    }

    private static func digest(_ key: Int64, _ find: Statement, _ known: inout [Int64: Digest]) throws -> Digest {
        if let digest = known[key] { return digest }
        guard let bytes = try Data.fetchOne(find, arguments: [key]), let digest = Digest(bytes: bytes) else {
            throw DamagedRow(detail: "a cell without a proper digest")
        }
        known[key] = digest
        return digest
    }

    private mutating func transform(_ key: Int64) throws -> TransformSpec {
        if let transform = transforms[key] { return transform }
        guard let row = try Row.fetchOne(findTransform, arguments: [key]),
            let transform = try? TransformSpec(name: try row.value(0), parameters: try row.value(1))
        else { throw DamagedRow(detail: "a cell without a proper transformation") }
        // A grid may have as many transformations as cells.
        if transforms.count == 4096 { transforms.removeAll(keepingCapacity: true) }
        transforms[key] = transform
        return transform
    }
}
