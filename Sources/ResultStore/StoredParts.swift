// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Reads the parts of cells, one cell after the other, within one transaction.
struct StoredParts {
    private let statement: Statement

    init(_ database: Database) throws {
        statement = try database.cachedStatement(
            sql: """
                SELECT \(StoredPart.selection) FROM part JOIN layout ON layout.key = part.layout
                WHERE part.cell = ? ORDER BY part.lower
                """
        )
    }

    /// Hands the parts of a cell to `body` in the order of the cell's `slice`, of which they are known to be parts.
    func forEach(ofCell key: Int64, in slice: Slice, _ body: (StoredPart) throws -> Void) throws {
        let rows = try Row.fetchCursor(statement, arguments: [key])
        while let row = try rows.next() {
            let part = try StoredPart(row)
            guard part.positions.upperBound <= slice.count else {
                throw DamagedRow(detail: "a part beyond the end of its data slice")
            }
            try body(part)
        }
    }
}
