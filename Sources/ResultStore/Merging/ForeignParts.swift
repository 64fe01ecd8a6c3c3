// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

/// Reads the results of a store that is merged into another one: cell after cell, part after part.
enum ForeignParts {
    /// Hands every cell with results to `body`, in the order in which the store made them; all is of one moment.
    static func forEachCell(of source: ResultStore, _ body: (ForeignCell) throws -> Void) throws {
        try source.read { database in
            let slices = KnownSlices(database)
            let findParts = try database.cachedStatement(
                sql: """
                    SELECT \(StoredPart.selection), part.attempt, part.epoch, part.seconds,
                        worker.name, worker.host, worker.isa
                    FROM part JOIN layout ON layout.key = part.layout JOIN worker ON worker.key = part.worker
                    WHERE part.cell = ? ORDER BY part.lower
                    """
            )
            let cells = try Row.fetchCursor(
                database,
                sql: """
                    SELECT model.digest, slice.digest, transform.name, transform.parameters, cell.seed,
                        cell.conditioning, cell.numerics, cell.id, cell.key, cell.slice, cell.images
                    FROM cell JOIN model ON model.key = cell.model JOIN slice ON slice.key = cell.slice
                        JOIN transform ON transform.key = cell.transform
                    WHERE cell.recorded > 0 ORDER BY cell.key
                    """
            )
            while let row = try cells.next() {
                try body(ForeignCell(row, slices: slices, findParts: findParts, database: database))
            }
        }
    }
}

/// A cell with results, of a store that is merged into another one; good as long as the store is being read.
struct ForeignCell {
    let id: CellID
    let identity: CellIdentity
    let images: Int
    private let key: Int64
    private let slice: Slice
    private let findParts: Statement
    private let database: Database

    fileprivate init(_ row: Row, slices: KnownSlices, findParts: Statement, database: Database) throws {
        identity = try CellIdentity(row, numericsVersion: try row.value(6))
        id = try row.cellID(7)
        guard identity.id == id else {
            throw DamagedRow(detail: "a cell whose id is not that of what decides it")
        }
        key = try row.value(8)
        slice = try slices.slice(try row.value(9))
        images = try row.value(10)
        self.findParts = findParts
        self.database = database
    }

    /// Hands the cell's parts to `body` in the order of positions, until it says that it has enough.
    func forEachPart(_ body: (RecordedPart) throws -> Bool) throws {
        let rows = try Row.fetchCursor(findParts, arguments: [key])
        while let row = try rows.next() {
            guard try body(part(row)) else { return }
        }
    }

    private func part(_ row: Row) throws -> RecordedPart {
        let stored = try StoredPart(row)
        let positions = stored.positions
        guard positions.upperBound <= slice.count else {
            throw DamagedRow(detail: "a part beyond the end of its data slice")
        }
        let columns = stored.names.enumerated().map { column, name in
            ResultTable.Column(
                name: name,
                values: (0..<positions.count).map { stored.value(row: $0, column: column) }
            )
        }
        return RecordedPart(
            attempt: AttemptIdentity(
                shard: Shard(cell: id, lower: positions.lowerBound, upper: positions.upperBound),
                attempt: try row.value(4),
                epoch: UInt64(bitPattern: try row.value(5))
            ),
            table: ResultTable(indices: Array(slice.indices[positions]), columns: columns),
            origin: PartOrigin(worker: try row.value(7), host: try row.value(8), isa: try row.value(9)),
            seconds: try row.value(6)
        )
    }

    /// What a sweep file calls the cell: the first of its names where there are several.
    func label() throws -> MergeConflict.Cell {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT naming.model, naming.dataset, naming.split FROM run_cell
                JOIN naming ON naming.key = run_cell.naming WHERE run_cell.cell = ? ORDER BY 1, 2, 3 LIMIT 1
                """,
            arguments: [key]
        )
        let names: [String] = try row.map { [try $0.value(0), try $0.value(1), try $0.value(2)] } ?? []
        let parameters = identity.transform.parameters
        let transform = identity.transform.name + (parameters.isEmpty ? "" : " \(parameters)")
        return MergeConflict.Cell(
            id: id,
            name: (names + [transform, "seed \(identity.seed)"]).joined(separator: " · ")
        )
    }
}

/// Slices that are read once each, for cells that share the reader.
private final class KnownSlices {
    private var slices: Slices

    init(_ database: Database) { slices = Slices(database) }

    func slice(_ key: Int64) throws -> Slice { try slices[key] }
}
