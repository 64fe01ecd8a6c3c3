// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Statistics
import Synchronization

extension ResultStore {
    /// Makes some of the summaries that are missing or out of date, as in a store of an earlier version, or of cells whose
    /// baseline was completed after them.
    ///
    /// What is read and computed keeps no writer waiting; only the results are written, in one short transaction.
    ///
    /// - Parameters:
    ///   - images: About how many images to summarise.
    ///   - includingUnfinished: Whether cells that this process is recording are summarised, too, and pairs with baselines
    ///     that are not complete: for the end of a run, and for a store that nobody writes to.
    /// - Returns: Whether anything was found to do; if so, there may be more.
    /// - Throws: `ResultStoreError`.
    public func settleSummaries(images: Int = 100_000, includingUnfinished: Bool = false) throws -> Bool {
        let made = try read { database in
            var summaries = try PartSummaries(database) { [growing] in growing.values($0) }
            var made: [(CellPlace, CellSummary)] = []
            var left = images
            for place in try unsettled(includingUnfinished, in: database) where left > 0 {
                made.append((place, try summaries.summary(of: place)))
                left -= place.images + 64
            }
            return made
        }
        guard !made.isEmpty else { return false }
        try write { database in
            var settlement = try Settlement(database)
            for (place, summary) in made { try settlement.settle(place, summary) }
        }
        return true
    }

    /// Cells whose summary is to be made.
    private func unsettled(_ includingUnfinished: Bool, in database: Database) throws -> [CellPlace] {
        let limit = 1000
        let missing = try Row.fetchAll(
            database,
            sql: """
                SELECT \(CellPlace.selection) FROM unsummarised CROSS JOIN cell ON cell.key = unsummarised.cell
                \(CellPlace.joins) LIMIT ?
                """,
            arguments: [limit]
        ).map { try CellPlace($0) }.filter { includingUnfinished || !growing.contains($0.key) }
        guard missing.isEmpty, includingUnfinished || pairsAreDue.exchange(false, ordering: .relaxed) else {
            return missing
        }
        let condition = includingUnfinished ? "summary.baseline_recorded IS NOT other.recorded" : "FALSE"
        let pairs = try Row.fetchAll(
            database,
            sql: """
                SELECT \(CellPlace.selection) FROM unpaired CROSS JOIN cell ON cell.key = unpaired.cell
                \(CellPlace.joins) LEFT JOIN summary ON summary.cell = cell.key
                WHERE other.recorded = other.images OR \(condition) LIMIT ?
                """,
            arguments: [limit]
        ).map { try CellPlace($0) }
        if !pairs.isEmpty { pairsAreDue.store(true, ordering: .relaxed) }
        return pairs
    }
}

/// Writes summaries that were made of what was there a moment ago, unless it is not any more.
private struct Settlement {
    private let findPlace: Statement
    private let strike: Statement
    private let strikePair: Statement
    private let notePair: Statement
    private let writer: SummaryWriter

    init(_ database: Database) throws {
        findPlace = try database.cachedStatement(
            sql: "SELECT \(CellPlace.selection) FROM cell \(CellPlace.joins) WHERE cell.key = ?"
        )
        strike = try database.cachedStatement(sql: "DELETE FROM unsummarised WHERE cell = ?")
        strikePair = try database.cachedStatement(sql: "DELETE FROM unpaired WHERE baseline = ? AND cell = ?")
        notePair = try database.cachedStatement(sql: "INSERT OR IGNORE INTO unpaired VALUES (?, ?)")
        writer = try SummaryWriter(database)
    }

    mutating func settle(_ place: CellPlace, _ summary: CellSummary) throws {
        guard let row = try Row.fetchOne(findPlace, arguments: [place.key]) else { return }
        let now = try CellPlace(row)
        let isSame =
            now.recorded == place.recorded && now.baseline?.key == place.baseline?.key
            && now.baseline?.recorded == place.baseline?.recorded
        guard isSame else { return }
        try writer.write(summary, of: place)
        try strike.execute(arguments: [place.key])
        guard let baseline = place.baseline, !place.isBaseline else { return }
        if baseline.isComplete {
            try strikePair.execute(arguments: [baseline.key, place.key])
        } else {
            try notePair.execute(arguments: [baseline.key, place.key])
        }
    }
}
