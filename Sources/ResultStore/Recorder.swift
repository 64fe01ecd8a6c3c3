// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

/// Writes parts within one transaction.
struct Recorder {
    private let database: Database
    private let findCell: Statement
    private let advanceCell: Statement
    private let findRuns: Statement
    private let insertPart: Statement
    private let comparison: PartComparison
    private var slices: Slices
    private var layouts = KeyCache<[String]>()
    private var workers = KeyCache<PartOrigin>()
    private var summaries: RecordedSummaries
    /// The cells that parts belong to, as they were before; read once each, since many parts are of one cell.
    private var cells: [CellID: Cell] = [:]

    /// A cell that a part belongs to.
    private struct Cell {
        let key: Int64
        let slice: Int64
        let images: Int
        let recorded: Int
        /// Images of it that were written by this recorder.
        var new = 0
    }

    init(_ database: Database, _ growing: GrowingCells) throws {
        self.database = database
        summaries = try RecordedSummaries(database, growing)
        findCell = try database.cachedStatement(sql: "SELECT key, slice, images, recorded FROM cell WHERE id = ?")
        advanceCell = try database.cachedStatement(sql: "UPDATE cell SET recorded = recorded + ? WHERE key = ?")
        findRuns = try database.cachedStatement(sql: "SELECT run FROM run_cell WHERE cell = ?")
        // Most parts are new, so that one statement both looks and writes: a part that meets another one gets no upper
        // bound, which the table does not allow, and is left out. Answered from the index alone.
        insertPart = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO part (cell, lower, upper, layout, worker, attempt, epoch, seconds, data)
                VALUES (?1, ?2, CASE WHEN ?2 >= ifnull(
                    (SELECT upper FROM part WHERE cell = ?1 AND lower < ?3 ORDER BY lower DESC LIMIT 1), 0
                ) THEN ?3 END, ?4, ?5, ?6, ?7, ?8, ?9)
                """
        )
        comparison = try PartComparison(database)
        slices = Slices(database)
    }

    mutating func record(_ part: RecordedPart) throws -> PartOutcome {
        let shard = part.attempt.shard
        guard let cell = try cell(shard.cell) else { return .refused("cell \(shard.cell) is not in the store") }
        if let reason = part.misfit(try slices[cell.slice]) { return .refused(reason) }
        if try insert(part, positions: shard.positions, cell: cell) {
            return .recorded(images: shard.count, duplicates: 0)
        }
        switch try comparison.compare(part, withCell: cell.key) {
        case .otherColumns(let names):
            return .refused("\(shard) is recorded with the columns \(names.joined(separator: ", "))")
        case .different(let mismatch): return .mismatched(mismatch)
        case .equal(let gaps):
            for gap in gaps where try !insert(part, positions: gap, cell: cell) {
                throw DamagedRow(detail: "parts of cell \(shard.cell) overlap")
            }
            let new = gaps.reduce(0) { $0 + $1.count }
            return .recorded(images: new, duplicates: shard.count - new)
        }
    }

    /// Brings the totals and the summaries of the written cells up to date, and the totals of all runs that have them.
    ///
    /// - Returns: The summaries' part of it.
    mutating func finish() throws -> RecordedSummaries {
        try advance()
        try summaries.finish()
        return summaries
    }

    /// Counts, for a run, the images that came again.
    func count(_ outcomes: [PartOutcome], in run: Int64, at now: Date) throws {
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

    private mutating func cell(_ id: CellID) throws -> Cell? {
        if let known = cells[id] { return known }
        guard let row = try Row.fetchOne(findCell, arguments: [Data(id.bytes)]) else { return nil }
        let cell = Cell(
            key: try row.value(0),
            slice: try row.value(1),
            images: try row.value(2),
            recorded: try row.value(3)
        )
        cells[id] = cell
        return cell
    }

    /// Writes the part's rows at `positions` of its cell; false when any of them is recorded.
    private mutating func insert(_ part: RecordedPart, positions: Range<Int>, cell: Cell) throws -> Bool {
        let attempt = part.attempt
        let rows = positions.lowerBound - attempt.shard.lower..<positions.upperBound - attempt.shard.lower
        // The number of arguments is plain to see; checking it would cost more than binding them.
        insertPart.setUncheckedArguments([
            cell.key, positions.lowerBound, positions.upperBound, try layout(part.table), try worker(part.origin),
            attempt.attempt, Int64(bitPattern: attempt.epoch), part.seconds,
            LittleEndian.data(part.table.columns, positions: rows),
        ])
        try insertPart.execute()
        guard database.changesCount == 1 else { return false }
        cells[attempt.shard.cell]?.new += positions.count
        summaries.add(
            part.table,
            rows: rows,
            toCell: cell.key,
            at: positions.lowerBound,
            images: cell.images,
            before: cell.recorded
        )
        return true
    }

    private func advance() throws {
        var advances: [Int64: (images: Int, cells: Int)] = [:]
        for cell in cells.values where cell.new > 0 {
            try advanceCell.execute(arguments: [cell.new, cell.key])
            let completes = cell.recorded &+ cell.new == cell.images
            for run in try Int64.fetchAll(findRuns, arguments: [cell.key]) {
                advances[run, default: (0, 0)].images += cell.new
                advances[run, default: (0, 0)].cells += completes ? 1 : 0
            }
        }
        for (run, advance) in advances {
            try database.execute(
                sql: "UPDATE run SET recorded = recorded + ?, done = done + ? WHERE key = ?",
                arguments: [advance.images, advance.cells, run]
            )
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
