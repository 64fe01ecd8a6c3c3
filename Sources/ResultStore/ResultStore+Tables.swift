// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

extension ResultStore {
    /// Hands every cell of `runs` to `body`, once and sorted by id, with all that is recorded of it.
    ///
    /// One cell is in memory at a time. All is of one moment, whatever is recorded meanwhile; `body` must not call the
    /// store.
    ///
    /// - Throws: `ResultStoreError`, or what `body` throws.
    public func forEachTable(of runs: [String], _ body: (StoredCell) throws -> Void) throws {
        try read { database in
            let keys = try runs.map { try runKey($0, in: database) }
            var slices = Slices(database)
            let parts = try StoredParts(database)
            let cells = try Row.fetchCursor(
                database,
                sql: """
                    SELECT cell.key, cell.slice, cell.id, model.digest, slice.digest, transform.name,
                        transform.parameters, cell.seed, cell.conditioning, cell.numerics,
                        MIN(naming.model), naming.dataset, naming.split
                    FROM run_cell JOIN cell ON cell.key = run_cell.cell JOIN naming ON naming.key = run_cell.naming
                        JOIN model ON model.key = cell.model JOIN slice ON slice.key = cell.slice
                        JOIN transform ON transform.key = cell.transform
                    WHERE run_cell.run IN (\(keys.map(String.init).joined(separator: ", ")))
                    GROUP BY cell.id ORDER BY cell.id
                    """
            )
            while let row = try cells.next() {
                var cell = try StoredCell(row)
                guard cell.id == (try row.cellID(2)) else {
                    throw DamagedRow(detail: "a cell whose id is not that of what decides it")
                }
                let slice = try slices[try row.value(1)]
                var builder = TableBuilder()
                try parts.forEach(ofCell: try row.value(0), in: slice) { builder.append($0, of: slice) }
                (cell.images, cell.table) = (slice.indices, builder.table)
                try body(cell)
            }
        }
    }

    /// What recorded the results of `runs`, by instruction set.
    public func machines(of runs: [String]) throws -> [StoredMachines] {
        try read { database in
            let keys = try runs.map { try runKey($0, in: database) }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT worker.isa, COUNT(DISTINCT worker.host), COUNT(DISTINCT worker.key), SUM(part.seconds)
                    FROM (SELECT DISTINCT cell FROM run_cell
                        WHERE run IN (\(keys.map(String.init).joined(separator: ", ")))) AS used
                    JOIN part ON part.cell = used.cell JOIN worker ON worker.key = part.worker
                    GROUP BY worker.isa ORDER BY worker.isa
                    """
            ).map { row in
                StoredMachines(
                    instructionSet: try row.value(0),
                    hosts: try row.value(1),
                    workers: try row.value(2),
                    seconds: try row.value(3)
                )
            }
        }
    }
}

extension StoredCell {
    /// A cell without its images and its table.
    fileprivate init(_ row: Row) throws {
        let model: Data = try row.value(3)
        let data: Data = try row.value(4)
        let conditioning: String = try row.value(8)
        guard let model = Digest(bytes: model), let data = Digest(bytes: data),
            let likelihood = StoredLikelihood(conditioning),
            let transform = try? TransformSpec(name: try row.value(5), parameters: try row.value(6))
        else { throw DamagedRow(detail: "a cell of which this program cannot tell what decides it") }
        let identity = CellIdentity(
            model: model,
            conditioning: likelihood.conditioning,
            estimate: likelihood.estimate,
            data: data,
            transform: transform,
            seed: UInt64(bitPattern: try row.value(7)),
            numericsVersion: try row.value(9)
        )
        self.init(
            identity: identity,
            model: try row.value(10),
            dataset: try row.value(11),
            split: try row.value(12),
            images: [],
            table: ResultTable(indices: [], columns: [])
        )
    }
}

/// Joins the parts of a cell, which may have different columns.
private struct TableBuilder {
    private var indices: [UInt32] = []
    private var values: [String: [Float]] = [:]

    mutating func append(_ part: StoredPart, of slice: Slice) {
        let before = indices.count
        indices += slice.indices[part.positions]
        for (place, name) in part.names.enumerated() {
            var column = values.removeValue(forKey: name) ?? []
            Self.fill(&column, to: before)
            column.reserveCapacity(slice.count)
            for row in 0..<part.positions.count { column.append(part.value(row: row, column: place)) }
            values[name] = column
        }
    }

    var table: ResultTable {
        let columns = Layouts.union([Array(values.keys)]).map { name in
            var column = values[name] ?? []
            Self.fill(&column, to: indices.count)
            return ResultTable.Column(name: name, values: column)
        }
        return ResultTable(indices: indices, columns: columns)
    }

    private static func fill(_ column: inout [Float], to count: Int) {
        column += [Float](repeating: Float(bitPattern: 0xFFFF_FFFF), count: count - column.count)
    }
}
