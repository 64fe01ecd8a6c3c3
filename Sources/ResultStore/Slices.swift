// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The images of one data slice: position ↦ index in the data set and label.
struct Slice {
    let indices: [UInt32]
    let labels: [UInt8]

    var count: Int { indices.count }
}

/// Reads slices once each; good for one transaction.
struct Slices {
    private let database: Database
    private var known: [Int64: Slice] = [:]

    init(_ database: Database) {
        self.database = database
    }

    subscript(_ key: Int64) -> Slice {
        mutating get throws {
            if let slice = known[key] { return slice }
            let row = try Row.fetchOne(
                database,
                sql: "SELECT images, indices, labels FROM slice WHERE key = ?",
                arguments: [key]
            )
            guard let row else { throw DamagedRow(detail: "a cell without its data slice") }
            let images: Int = try row.value(0)
            let indices: Data = try row.value(1)
            let labels: Data = try row.value(2)
            guard images >= 0, indices.count == images.multipliedReportingOverflow(by: 4).partialValue,
                labels.count == images
            else { throw DamagedRow(detail: "a data slice whose indices or labels have the wrong length") }
            let slice = Slice(indices: LittleEndian.words([UInt8](indices)), labels: [UInt8](labels))
            known[key] = slice
            return slice
        }
    }
}
