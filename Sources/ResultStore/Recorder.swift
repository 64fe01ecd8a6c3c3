// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import SweepPlan

/// Writes parts within one transaction.
struct Recorder {
    private let database: Database
    private let findCell: Statement
    private let advanceCell: Statement
    private let findRuns: Statement
    private let insertPart: Statement
    private let comparison: Comparison
    private var slices: Slices
    private var layouts = KeyCache<[String]>()
    private var workers = KeyCache<PartOrigin>()
    private var advances: [Int64: (images: Int, cells: Int)] = [:]

    /// A cell that a part belongs to.
    private struct Cell {
        let key: Int64
        let slice: Int64
        let images: Int
        let recorded: Int
    }

    init(_ database: Database) throws {
        self.database = database
        findCell = try database.cachedStatement(sql: "SELECT key, slice, images, recorded FROM cell WHERE id = ?")
        advanceCell = try database.cachedStatement(sql: "UPDATE cell SET recorded = recorded + ? WHERE key = ?")
        findRuns = try database.cachedStatement(sql: "SELECT run FROM run_cell WHERE cell = ?")
        insertPart = try database.cachedStatement(
            sql: """
                INSERT INTO part (cell, lower, upper, layout, worker, attempt, epoch, seconds, data)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        comparison = try Comparison(database)
        slices = Slices(database)
    }

    mutating func record(_ part: RecordedPart) throws -> PartOutcome {
        let shard = part.attempt.shard
        guard let cell = try cell(shard.cell) else { return .refused("cell \(shard.cell) is not in the store") }
        let slice = try slices[cell.slice]
        if let reason = part.misfit(slice) { return .refused(reason) }
        switch try comparison.compare(part, withCell: cell.key) {
        case .otherColumns(let names):
            return .refused("\(shard) is recorded with the columns \(names.joined(separator: ", "))")
        case .different(let mismatch): return .mismatched(mismatch)
        case .equal(let gaps):
            for gap in gaps { try insert(part, positions: gap, cell: cell) }
            let new = gaps.reduce(0) { $0 + $1.count }
            if new > 0 { try advance(cell, by: new) }
            return .recorded(images: new, duplicates: shard.count - new)
        }
    }

    /// Brings the totals of all runs up to date that have one of the written cells.
    func finish(run: Int64, at now: Date, counting outcomes: [PartOutcome]) throws {
        for (run, advance) in advances {
            try database.execute(
                sql: "UPDATE run SET recorded = recorded + ?, done = done + ? WHERE key = ?",
                arguments: [advance.images, advance.cells, run]
            )
        }
        var duplicates = 0
        var mismatches = 0
        for outcome in outcomes {
            switch outcome {
            case .recorded(_, let images): duplicates += images
            case .mismatched(let mismatch): mismatches += mismatch.images.count
            case .refused: break
            }
        }
        try database.execute(
            sql: "UPDATE run SET duplicates = duplicates + ?, mismatches = mismatches + ?, updated = ? WHERE key = ?",
            arguments: [duplicates, mismatches, now.timeIntervalSince1970, run]
        )
    }

    private func cell(_ id: CellID) throws -> Cell? {
        guard let row = try Row.fetchOne(findCell, arguments: [Data(id.bytes)]) else { return nil }
        return Cell(
            key: try row.value(0),
            slice: try row.value(1),
            images: try row.value(2),
            recorded: try row.value(3)
        )
    }

    private mutating func insert(_ part: RecordedPart, positions: Range<Int>, cell: Cell) throws {
        let attempt = part.attempt
        let rows = positions.lowerBound - attempt.shard.lower..<positions.upperBound - attempt.shard.lower
        try insertPart.execute(
            arguments: [
                cell.key, positions.lowerBound, positions.upperBound, try layout(part.table), try worker(part.origin),
                attempt.attempt, Int64(bitPattern: attempt.epoch), part.seconds,
                LittleEndian.data(part.table.columns, positions: rows),
            ]
        )
    }

    private mutating func advance(_ cell: Cell, by images: Int) throws {
        try advanceCell.execute(arguments: [images, cell.key])
        let completes = cell.recorded &+ images == cell.images
        for run in try Int64.fetchAll(findRuns, arguments: [cell.key]) {
            advances[run, default: (0, 0)].images += images
            advances[run, default: (0, 0)].cells += completes ? 1 : 0
        }
    }

    private mutating func layout(_ table: ResultTable) throws -> Int64 {
        let names = table.columns.map(\.name)
        return try layouts.key(names) {
            try database.key(of: "layout", ["names": Layouts.text(names)])
        }
    }

    private mutating func worker(_ origin: PartOrigin) throws -> Int64 {
        try workers.key(origin) {
            try database.key(of: "worker", ["name": origin.worker, "host": origin.host, "isa": origin.isa])
        }
    }
}
