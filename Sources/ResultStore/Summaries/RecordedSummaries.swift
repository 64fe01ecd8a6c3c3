// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Statistics
import Vocabulary

/// Keeps the summaries of the cells that one transaction records parts of.
///
/// A cell that is complete is summarised at once. While it grows, its stored summary is made anew whenever it has twice as
/// many images as at the last time: all of that together costs no more than twice the last one.
struct RecordedSummaries {
    private let findPlace: Statement
    private let note: Statement
    private let strike: Statement
    private let noteUnpaired: Statement
    private let writer: SummaryWriter
    private let growing: GrowingCells
    private let database: Database
    private var cells: [Int64: Touched] = [:]
    /// What is to be kept in memory when the transaction is committed.
    private(set) var kept: [Int64: GrowingCell] = [:]
    /// Whether a cell became complete with which others may be compared.
    private(set) var completedBaseline = false

    private struct Touched {
        /// Its images that were recorded before.
        let before: Int
        let images: Int
        /// Its values; nil where they must be read.
        var grown: GrowingCell?

        /// Notes `rows` of a column for the positions from `position` on; without a column the values must be read.
        mutating func add(_ column: [Float]?, _ measure: CellSummary.Measure, rows: Range<Int>, at position: Int) {
            guard let column, grown?.measure == measure else {
                grown = nil
                return
            }
            for row in rows { grown?.values.set(column[row], at: position + row - rows.lowerBound) }
        }
    }

    init(_ database: Database, _ growing: GrowingCells) throws {
        self.database = database
        self.growing = growing
        findPlace = try database.cachedStatement(
            sql: "SELECT \(CellPlace.selection) FROM cell \(CellPlace.joins) WHERE cell.key = ?"
        )
        note = try database.cachedStatement(sql: "INSERT OR IGNORE INTO unsummarised VALUES (?)")
        strike = try database.cachedStatement(sql: "DELETE FROM unsummarised WHERE cell = ?")
        noteUnpaired = try database.cachedStatement(sql: "INSERT OR IGNORE INTO unpaired VALUES (?, ?)")
        writer = try SummaryWriter(database)
    }

    /// Takes note of rows of `table` that were recorded of a cell.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - rows: Those of its rows.
    ///   - key: The cell.
    ///   - position: The position in the cell of the first of them.
    ///   - images: The cell's images.
    ///   - before: How many of these were recorded before the transaction.
    mutating func add(
        _ table: ResultTable,
        rows: Range<Int>,
        toCell key: Int64,
        at position: Int,
        images: Int,
        before: Int
    ) {
        let measure = table.measure
        if cells[key] == nil { cells[key] = touched(key, images: images, before: before, measure) }
        cells[key]?.add(table[measure.rawValue], measure, rows: rows, at: position)
    }

    private func touched(_ key: Int64, images: Int, before: Int, _ measure: CellSummary.Measure) -> Touched {
        var touched = Touched(before: before, images: images)
        let kept = growing.take(key)
        if let kept, kept.values.count == before, kept.values.images == images {
            touched.grown = kept
        } else if before == 0 {
            touched.grown = GrowingCell(values: ImageValues(images: images), measure: measure)
        }
        return touched
    }

    /// Writes the summaries, after the cells' own numbers of recorded images.
    mutating func finish() throws {
        var others: [(CellPlace, Touched)] = []
        // Baselines first: with their values the others are compared.
        for (key, touched) in cells {
            guard let row = try Row.fetchOne(findPlace, arguments: [key]) else {
                throw DamagedRow(detail: "a part without its cell")
            }
            let place = try CellPlace(row)
            if place.isBaseline, let grown = touched.grown { kept[key] = grown }
            others.append((place, touched))
        }
        let (growing, grown) = (growing, kept)
        var summaries = try PartSummaries(database) { key in
            grown[key].map { ($0.measure, $0.values) } ?? growing.values(key)
        }
        for (place, touched) in others { try finish(place, touched, &summaries) }
    }

    private mutating func finish(_ place: CellPlace, _ touched: Touched, _ summaries: inout PartSummaries) throws {
        var grown = touched.grown
        let isDue = place.isComplete || grown.map { place.recorded >= 2 * $0.summarised } ?? false
        if isDue {
            let summary = try summaries.summary(of: place, grown.map { ($0.measure, $0.values) })
            try writer.write(summary, of: place)
            grown?.summarised = place.recorded
            if let baseline = place.baseline, !place.isBaseline, !baseline.isComplete {
                try noteUnpaired.execute(arguments: [baseline.key, place.key])
            }
        }
        if place.isComplete {
            if touched.before > 0 { try strike.execute(arguments: [place.key]) }
            if place.isBaseline { completedBaseline = true }
        } else if grown?.isNoted != true {
            try note.execute(arguments: [place.key])
            grown?.isNoted = true
        }
        kept[place.key] = place.isComplete && !place.isBaseline ? nil : grown
    }
}

extension ResultTable {
    /// The column that its cell is summarised by.
    fileprivate var measure: CellSummary.Measure {
        let isCorrect = columns.contains { $0.name == CellSummary.Measure.correct.rawValue }
        return isCorrect ? .correct : .bitsPerDimension
    }
}
