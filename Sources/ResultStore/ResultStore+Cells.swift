// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
public import Vocabulary

extension ResultStore {
    /// Adds the images that cells refer to; a slice that is already there is left alone.
    ///
    /// - Parameters:
    ///   - digest: `DatasetSlice.digest`.
    ///   - indices: The images' indices in the data set, ascending.
    ///   - labels: The images' classes, as many as `indices`.
    /// - Throws: `ResultStoreError`.
    public func addSlice(_ digest: Digest, indices: [UInt32], labels: [UInt8]) throws {
        precondition(indices.count == labels.count, "a slice has one label per image")
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO slice (digest, images, indices, labels) VALUES (?, ?, ?, ?)
                    ON CONFLICT (digest) DO NOTHING
                    """,
                arguments: [Data(digest.bytes), indices.count, LittleEndian.data(indices), Data(labels)]
            )
        }
    }

    /// Makes `cells`, in this order, the cells of `run`, which was begun here, in one transaction.
    ///
    /// Cells that the store holds already keep their results, so this also answers what is cached. A continued run may
    /// be given the cells it has, or others. `cells` is consumed one at a time and need not fit into memory.
    ///
    /// - Returns: The run with its new totals.
    /// - Throws: `ResultStoreError.unknownSlice` when a cell's images were never added.
    @discardableResult
    public func setCells(of run: String, to cells: some Sequence<CellEntry>) throws -> RunRecord {
        try write(to: run) { key, database in
            var writer = try CellWriter(run: key, path: path, database: database)
            for cell in cells { try writer.append(cell) }
            try writer.finish()
        }
        return try self.run(run)
    }

    /// Gives `run`, which was begun here, the cells that it has from an earlier life, or those of another run of the same
    /// sweep: the same digest stands for the same cells by the same names.
    ///
    /// - Parameters:
    ///   - run: The run's id.
    ///   - count: How many cells the sweep has.
    /// - Returns: Whether the run has so many cells now; if not, nothing was changed, and ``setCells(of:to:)`` gives it some.
    /// - Throws: `ResultStoreError`.
    public func adoptCells(of run: String, count: Int) throws -> Bool {
        try write(to: run) { key, database in
            let like = try Int64.fetchOne(
                database,
                sql: """
                    SELECT other.key FROM run JOIN run AS other ON other.digest = run.digest
                    WHERE run.key = ? AND other.cells = ? ORDER BY other.key = run.key DESC, other.key DESC LIMIT 1
                    """,
                arguments: [key, count]
            )
            guard let like, count > 0 else { return false }
            guard like != key else { return true }
            try database.execute(sql: "DELETE FROM run_cell WHERE run = ?", arguments: [key])
            try database.execute(
                sql: """
                    INSERT INTO run_cell SELECT ?, ordinal, cell, naming FROM run_cell WHERE run = ? ORDER BY ordinal
                    """,
                arguments: [key, like]
            )
            try database.execute(
                sql: """
                    UPDATE run SET (cells, images, recorded, done) = (
                        SELECT COUNT(*), SUM(cell.images), SUM(cell.recorded), SUM(cell.recorded = cell.images)
                        FROM run_cell CROSS JOIN cell ON cell.key = run_cell.cell WHERE run_cell.run = ?1
                    ) WHERE key = ?1
                    """,
                arguments: [key]
            )
            return true
        }
    }

    /// Up to `limit` cells of `run` in their order, beginning with the one at `ordinal`.
    public func cells(of run: String, from ordinal: Int = 0, limit: Int = .max) throws -> [RunCell] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(RunCell.selection) FROM \(RunCell.source)
                    WHERE run_cell.run = ? AND run_cell.ordinal >= ? ORDER BY run_cell.ordinal LIMIT ?
                    """,
                arguments: [try runKey(run, in: database), ordinal, limit]
            ).map(RunCell.init)
        }
    }

    /// The recorded positions of `cell`'s slice: ascending ranges that neither overlap nor touch.
    ///
    /// Empty for a cell that the store does not know.
    public func recordedRanges(of cell: CellID) throws -> [Range<Int>] {
        try recordedRanges(of: [cell])[0]
    }

    /// The recorded positions of each of `cells`, read together.
    public func recordedRanges(of cells: [CellID]) throws -> [[Range<Int>]] {
        try read { database in
            let find = try database.cachedStatement(sql: "SELECT key, images, recorded FROM cell WHERE id = ?")
            return try cells.map { id in
                guard let row = try Row.fetchOne(find, arguments: [Data(id.bytes)]) else { return [] }
                let (images, recorded): (Int, Int) = (try row.value(1), try row.value(2))
                if recorded == 0 { return [] }
                return recorded == images ? [0..<images] : try ranges(ofCell: try row.value(0), in: database)
            }
        }
    }

    private func ranges(ofCell key: Int64, in database: Database) throws -> [Range<Int>] {
        let parts = try Row.fetchCursor(
            database,
            sql: "SELECT lower, upper FROM part WHERE cell = ? ORDER BY lower",
            arguments: [key]
        )
        var ranges: [Range<Int>] = []
        while let part = try parts.next() {
            let range = try part.positions(0, 1)
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }
}

extension Row {
    func cellID(_ index: Int) throws -> CellID {
        let bytes: Data = try value(index)
        guard let id = CellID(bytes: bytes) else { throw DamagedRow(detail: "a cell whose id is not 16 bytes") }
        return id
    }

    func positions(_ lower: Int, _ upper: Int) throws -> Range<Int> {
        let lower: Int = try value(lower)
        let upper: Int = try value(upper)
        guard 0 <= lower, lower < upper else { throw DamagedRow(detail: "a part without images") }
        return lower..<upper
    }
}
