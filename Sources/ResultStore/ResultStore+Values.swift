// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Vocabulary

/// One column of a cell: the recorded images in the order of the cell's slice.
///
/// The three arrays have the same length, that of the recorded images.
public struct CellValues: Hashable, Sendable {
    /// The images' indices in their data set, ascending.
    public var indices: [UInt32]
    /// The images' classes.
    public var labels: [UInt8]
    /// The values.
    public var values: [Float]
}

extension ResultStore {
    /// What is recorded so far in the column called `column` of `cell`.
    ///
    /// Images of parts that have no such column are left out.
    ///
    /// - Throws: `ResultStoreError.unknownCell`.
    public func values(of cell: CellID, column: String) throws -> CellValues {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT key, slice FROM cell WHERE id = ?",
                arguments: [Data(cell.bytes)]
            )
            guard let row else { throw ResultStoreError.unknownCell(id: cell.description, path: path) }
            var slices = Slices(database)
            let slice = try slices[try row.value(1)]
            var values = CellValues(indices: [], labels: [], values: [])
            let parts = try StoredParts(database)
            try parts.forEach(ofCell: try row.value(0), in: slice) { part in
                guard let position = part.names.firstIndex(of: column) else { return }
                values.indices += slice.indices[part.positions]
                values.labels += slice.labels[part.positions]
                for row in 0..<part.positions.count { values.values.append(part.value(row: row, column: position)) }
            }
            return values
        }
    }

    /// The columns that are recorded for `cell`: `bpd` first where there is one, the others sorted by name.
    ///
    /// Empty for a cell without results.
    public func columns(of cell: CellID) throws -> [String] {
        try read { database in
            let layouts = try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT layout.names FROM cell
                    JOIN part ON part.cell = cell.key JOIN layout ON layout.key = part.layout WHERE cell.id = ?
                    """,
                arguments: [Data(cell.bytes)]
            )
            return Layouts.union(layouts.map(Layouts.names))
        }
    }
}
