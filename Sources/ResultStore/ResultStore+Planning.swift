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
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT model.digest, slice.digest, transform.name, transform.parameters, cell.seed, cell.conditioning
                    FROM cell
                    JOIN model ON model.key = cell.model
                    JOIN slice ON slice.key = cell.slice
                    JOIN transform ON transform.key = cell.transform
                    WHERE cell.recorded = cell.images AND cell.numerics = ?
                    """,
                arguments: [numericsVersion]
            )
            while let row = try rows.next() { try body(CellIdentity(row, numericsVersion: numericsVersion)) }
        }
    }

    /// Images that one worker scored per second, over the newest thousand parts; nil in a store without parts.
    ///
    /// Parts whose times or sizes are beyond belief are left out, and so is a speed that is.
    public func imagesPerSecond() throws -> Double? {
        let speed = try read { database in
            try Double.fetchOne(
                database,
                sql: """
                    SELECT TOTAL(upper - lower) / NULLIF(TOTAL(seconds), 0)
                    FROM (SELECT lower, upper, seconds FROM part ORDER BY key DESC LIMIT 1000)
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
            let conditioning = Conditioning(rawValue: conditioning),
            let transform = try? TransformSpec(name: name, parameters: parameters)
        else { throw DamagedRow(detail: "a cell without proper digests, transformation or conditioning") }
        self.init(
            model: model,
            conditioning: conditioning,
            data: data,
            transform: transform,
            seed: UInt64(bitPattern: try row.value(4)),
            numericsVersion: numericsVersion
        )
    }
}
