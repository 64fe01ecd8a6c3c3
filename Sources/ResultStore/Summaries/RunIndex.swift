// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Statistics
import Vocabulary

/// What the cells of a run are sorted and chosen by, in memory: some hundred bytes a cell, kept up to date by what changes.
///
/// A store is only ever added to: the keys of its newest part and failure tell what is new since the last look.
struct RunIndex {
    /// One cell of the run.
    struct Entry {
        var key: Int64 = 0
        var baseline: Int64 = 0
        var images: Int32 = 0
        var recorded: Int32 = 0
        var failed: Int32 = 0
        var disputed: Int32 = 0
        var nonFinite: Int32 = 0
        /// What model it is of, in `models`.
        var model: Int32 = 0
        /// When it changed last.
        var changed: UInt64 = 0
        // Figures that do not exist are NaN.
        var mean = Double.nan
        var median = Double.nan
        var deviation = Double.nan
        var difference = Double.nan
        var raised = Double.nan
        var minimum = Float.nan
        var maximum = Float.nan

        var isBegun: Bool { recorded > 0 || failed > 0 }
        var isComplete: Bool { recorded == images }
        /// Whether its stored summary is of all that is recorded.
        var isCurrent = false
    }

    let run: Int64
    /// By their places in the run.
    private(set) var entries: [Entry] = []
    private(set) var models: [String] = []
    private(set) var hasSeveralSeeds = false
    /// Grows whenever something changed.
    private(set) var number: UInt64 = 0
    /// Places of cells that are not current, for want of a summary.
    private(set) var outdated: Set<Int32> = []
    private var cells = 0
    private var lastPart: Int64 = 0
    private var lastFailure: Int64 = 0

    init(run: Int64) { self.run = run }

    /// Brings the index up to date; false when nothing had changed.
    mutating func refresh(_ database: Database) throws -> Bool {
        let cells = try Int.fetchOne(database, sql: "SELECT cells FROM run WHERE key = ?", arguments: [run]) ?? 0
        guard cells == self.cells, !entries.isEmpty else {
            guard cells > 0 || !entries.isEmpty || number == 0 else { return false }
            self.cells = cells
            try rebuild(database)
            return true
        }
        let changed = try changedCells(database)
        guard !changed.isEmpty else { return false }
        number += 1
        let reader = try EntryReader(run: run, database)
        for place in entries.indices {
            let entry = entries[place]
            guard changed.contains(entry.key) || changed.contains(entry.baseline) else { continue }
            update(place, try reader.entry(at: place))
        }
        return true
    }

    private mutating func update(_ place: Int, _ entry: Entry?) {
        guard var entry else { return }
        entry.model = entries[place].model
        entry.changed = number
        entries[place] = entry
        if entry.recorded > 0, !entry.isCurrent { outdated.insert(Int32(place)) } else { outdated.remove(Int32(place)) }
    }

    /// Takes in figures of a cell that its stored summary does not have yet.
    mutating func set(_ summary: CellSummary, at place: Int32) {
        entries[Int(place)].set(summary.all)
    }

    private mutating func rebuild(_ database: Database) throws {
        number += 1
        (lastPart, lastFailure) = try newest(database)
        entries = []
        entries.reserveCapacity(cells)
        outdated = []
        var modelNumbers: [String: Int32] = [:]
        var seeds: Set<Int64> = []
        let reader = try EntryReader(run: run, database)
        try reader.forEach { entry, model, seed in
            var entry = entry
            entry.model = modelNumbers[model] ?? Int32(modelNumbers.count)
            modelNumbers[model] = entry.model
            entry.changed = number
            if seeds.count < 2 { seeds.insert(seed) }
            if entry.recorded > 0, !entry.isCurrent { outdated.insert(Int32(entries.count)) }
            entries.append(entry)
        }
        models = modelNumbers.sorted { $0.value < $1.value }.map(\.key)
        hasSeveralSeeds = seeds.count > 1
    }

    private func newest(_ database: Database) throws -> (part: Int64, failure: Int64) {
        (
            try Int64.fetchOne(database, sql: "SELECT MAX(key) FROM part") ?? 0,
            try Int64.fetchOne(database, sql: "SELECT MAX(key) FROM failure") ?? 0
        )
    }

    /// Keys of cells, of this run or another, that were recorded or failed since the last look.
    private mutating func changedCells(_ database: Database) throws -> Set<Int64> {
        let newest = try newest(database)
        guard newest != (lastPart, lastFailure) else { return [] }
        var changed = Set(
            try Int64.fetchAll(
                database,
                sql: "SELECT DISTINCT cell FROM part WHERE key > ? AND key <= ?",
                arguments: [lastPart, newest.part]
            )
        )
        changed.formUnion(
            try Int64.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT cell.key FROM failure JOIN cell ON cell.id = failure.cell
                    WHERE failure.key > ? AND failure.key <= ? AND failure.run = ?
                    """,
                arguments: [lastFailure, newest.failure, run]
            )
        )
        (lastPart, lastFailure) = newest
        return changed
    }
}

extension RunIndex.Entry {
    /// Takes in the figures of all images together.
    mutating func set(_ all: CellSummary.Group) {
        nonFinite = Int32(clamping: all.summary.nonFiniteCount)
        mean = all.summary.mean ?? .nan
        median = all.summary.median ?? .nan
        deviation = all.summary.standardDeviation ?? .nan
        difference = all.difference?.mean ?? .nan
        raised = all.difference?.raisedShare ?? .nan
        minimum = all.summary.minimum.map { Float($0) } ?? .nan
        maximum = all.summary.maximum.map { Float($0) } ?? .nan
    }

    /// The figure that `order` sorts by; NaN where it does not exist, or is a name.
    func figure(_ order: CellQuery.Order) -> Double {
        switch order {
        case .run, .model, .dataset, .transform: .nan
        case .recorded: Double(recorded)
        case .mean: mean
        case .median: median
        case .deviation: deviation
        case .difference: difference
        case .raised: raised
        case .nonFinite: Double(nonFinite)
        }
    }

    /// Whether `condition` holds.
    func satisfies(_ condition: CellQuery.Condition?) -> Bool {
        switch condition {
        case nil: true
        case .begun: isBegun
        case .complete: isComplete
        case .incomplete: isBegun && !isComplete
        case .inTrouble: failed > 0 || disputed > 0
        }
    }
}
