// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Statistics

/// Reads the column of cells that is summarised, within one transaction.
struct RecordedColumns {
    private let database: Database
    private let statement: Statement
    private var layouts: [Int64: [String]] = [:]

    init(_ database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(
            sql: "SELECT lower, upper, layout, data FROM part WHERE cell = ? ORDER BY lower"
        )
    }

    /// What is recorded of a cell of so many images in the column of `measure`, without tables that do not have it.
    ///
    /// Where no measure is given, it is that which the cell's tables are to be judged by.
    mutating func values(
        ofCell key: Int64,
        images: Int,
        _ measure: CellSummary.Measure? = nil
    ) throws -> (measure: CellSummary.Measure, values: ImageValues) {
        var wanted = measure
        var values = ImageValues(images: images)
        let rows = try Row.fetchCursor(statement, arguments: [key])
        while let row = try rows.next() {
            let names = try layout(try row.value(2))
            let found = CellSummary.Measure(columns: names)
            // Tables of one cell have the same columns, as a rule; a classifier's anywhere make the cell a classifier's.
            if measure == nil, let known = wanted, known != found, found == .correct {
                return try self.values(ofCell: key, images: images, .correct)
            }
            let name = wanted ?? found
            wanted = name
            try Self.copy(row, column: names.firstIndex(of: name.rawValue), of: names.count, to: &values)
        }
        return (wanted ?? .bitsPerDimension, values)
    }

    private static func copy(_ row: Row, column: Int?, of columns: Int, to values: inout ImageValues) throws {
        let positions = try row.positions(0, 1)
        guard positions.upperBound <= values.images else {
            throw DamagedRow(detail: "a part beyond the end of its data slice")
        }
        let data: Data = try row.value(3)
        guard data.count == 4 * columns * positions.count else {
            throw DamagedRow(detail: "a part with \(data.count) bytes for \(positions.count) images")
        }
        guard let column else { return }
        data.withUnsafeBytes { bytes in
            let start = 4 * column * positions.count
            for (row, position) in positions.enumerated() {
                let word = bytes.loadUnaligned(fromByteOffset: start + 4 * row, as: UInt32.self)
                values.set(Float(bitPattern: UInt32(littleEndian: word)), at: position)
            }
        }
    }

    private mutating func layout(_ key: Int64) throws -> [String] {
        if let known = layouts[key] { return known }
        let sql = "SELECT names FROM layout WHERE key = ?"
        guard let text = try String.fetchOne(database, sql: sql, arguments: [key]) else {
            throw DamagedRow(detail: "a part without its layout")
        }
        let names = Layouts.names(text)
        layouts[key] = names
        return names
    }
}
