// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Vocabulary

/// Several columns of a cell: the recorded images in the order of the cell's slice.
public struct CellColumns: Hashable, Sendable {
    /// The images' indices in their data set, ascending.
    public var indices: [UInt32]
    /// The images' classes, as many as `indices`.
    public var labels: [UInt8]
    /// The values of each column, as many as `indices`.
    public var values: [String: [Float]]

    /// Columns that were put together elsewhere, of as many values as there are indices and labels.
    public init(indices: [UInt32], labels: [UInt8], values: [String: [Float]]) {
        self.indices = indices
        self.labels = labels
        self.values = values
    }

    /// The values of the column called `name`; nil where the cell has none.
    public subscript(_ name: String) -> [Float]? { values[name] }
}

extension ResultStore {
    /// What is recorded so far in those columns of `cell` that `wanted` picks.
    ///
    /// A column that some recorded part of the cell lacks is left out, so that all have a value for every image.
    ///
    /// - Parameters:
    ///   - cell: The cell's id.
    ///   - wanted: Asked for each name once for each layout; every column unless given.
    /// - Returns: The columns.
    /// - Throws: `ResultStoreError.unknownCell`.
    public func values(
        of cell: CellID,
        where wanted: (String) -> Bool = { _ in true }
    ) throws -> CellColumns {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT key, slice FROM cell WHERE id = ?",
                arguments: [Data(cell.bytes)]
            )
            guard let row else { throw ResultStoreError.unknownCell(id: cell.description, path: path) }
            var slices = Slices(database)
            let slice = try slices[try row.value(1)]
            var columns = CellColumns(indices: [], labels: [], values: [:])
            let parts = try StoredParts(database)
            try parts.forEach(ofCell: try row.value(0), in: slice) { columns.append($0, of: slice, where: wanted) }
            return columns
        }
    }

    /// The images of `cell`, recorded or not: their indices in the data set, ascending.
    ///
    /// - Throws: `ResultStoreError.unknownCell`.
    public func images(of cell: CellID) throws -> [UInt32] {
        try read { database in
            let key = try Int64.fetchOne(
                database,
                sql: "SELECT slice FROM cell WHERE id = ?",
                arguments: [Data(cell.bytes)]
            )
            guard let key else { throw ResultStoreError.unknownCell(id: cell.description, path: path) }
            var slices = Slices(database)
            return try slices[key].indices
        }
    }

    /// Everything that decides the numbers of `cell`.
    ///
    /// - Throws: `ResultStoreError.unknownCell`.
    public func identity(of cell: CellID) throws -> CellIdentity {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT model.digest, slice.digest, transform.name, transform.parameters, cell.seed,
                        cell.conditioning, cell.numerics
                    FROM cell
                    JOIN model ON model.key = cell.model
                    JOIN slice ON slice.key = cell.slice
                    JOIN transform ON transform.key = cell.transform
                    WHERE cell.id = ?
                    """,
                arguments: [Data(cell.bytes)]
            )
            guard let row else { throw ResultStoreError.unknownCell(id: cell.description, path: path) }
            return try CellIdentity(row, numericsVersion: try row.value(6))
        }
    }
}

extension CellColumns {
    fileprivate mutating func append(_ part: StoredPart, of slice: Slice, where wanted: (String) -> Bool) {
        let isFirst = indices.isEmpty
        indices += slice.indices[part.positions]
        labels += slice.labels[part.positions]
        let names = isFirst ? part.names.filter(wanted) : Array(values.keys)
        for name in names {
            guard let column = part.names.firstIndex(of: name) else {
                values[name] = nil
                continue
            }
            values[name, default: []] += (0..<part.positions.count).lazy.map { part.value(row: $0, column: column) }
        }
    }
}
