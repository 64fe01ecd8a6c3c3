// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Vocabulary

extension ResultStore {
    /// Takes everything that `source` holds into this store: runs, cells, results with who computed them, and failures.
    ///
    /// All of it keeps its name: a run its id, a result its worker, attempt and epoch. What both hold is compared bit for
    /// bit before anything is written, and where both contradict each other nothing is taken. Merging again changes
    /// nothing, so that a merge which was interrupted is completed by another one: each transaction leaves a sound store.
    ///
    /// Runs that `source` has are kept from coordinators meanwhile. Summaries that results make necessary are made as far
    /// as memory has the values; ``settleSummaries(images:includingUnfinished:)`` makes the others.
    ///
    /// - Parameters:
    ///   - source: A store that was opened for reading; a coordinator may be writing to it.
    ///   - progress: Called now and then with the number of images that were looked at.
    /// - Returns: What was taken, or why nothing was.
    /// - Throws: `ResultStoreError`; `.runTaken` when a coordinator works on such a run in this store.
    public func merge(_ source: ResultStore, progress: (Int) -> Void = { _ in }) throws -> MergeOutcome {
        let runs = try source.read { try MergedRun.all(in: $0) }
        let isLive = Set(try source.runs().filter { $0.state == .running || $0.state == .paused }.map(\.id))
        defer { for run in runs { lock?.release(run.sweep, of: path) } }
        for run in runs { try claim(run.sweep) }
        var conflicts = try conflicts(with: runs)
        try conflicts.compare(source, with: self)
        guard conflicts.count == 0 else { return .refused(conflicts: conflicts.count, first: conflicts.first) }

        var tally = MergeTally()
        try addSlices(of: source)
        for run in runs {
            let isNew = try add(run, of: source)
            tally.runs += 1
            tally.newRuns += isNew ? 1 : 0
            if isLive.contains(run.id) { tally.unfinished.append(run.id) }
        }
        var parts = MergedParts(into: self)
        try parts.take(from: source, &conflicts, &tally, progress)
        // Another writer has been here since the comparison.
        guard conflicts.count == 0 else { return .refused(conflicts: conflicts.count, first: conflicts.first) }
        for run in runs { tally.failures += try settle(run, of: source) }
        return .merged(tally)
    }

    /// Runs that only share their id with one of this store.
    private func conflicts(with runs: [MergedRun]) throws -> MergeConflicts {
        var conflicts = MergeConflicts()
        for run in runs {
            let digest = try read { database in
                try Data.fetchOne(database, sql: "SELECT digest FROM run WHERE id = ?", arguments: [run.id])
            }
            if let digest, digest != Data(run.sweep.bytes) { conflicts.add(.run(run.id)) }
        }
        return conflicts
    }

    /// Gives this store the images that cells of another one refer to.
    func addSlices(of source: ResultStore) throws {
        let digests = try source.read { try Data.fetchAll($0, sql: "SELECT digest FROM slice ORDER BY key") }
        for digest in digests {
            let row = try source.read { database in
                try Row.fetchOne(
                    database,
                    sql: "SELECT images, indices, labels FROM slice WHERE digest = ?",
                    arguments: [digest]
                )
            }
            guard let row else { continue }
            let (images, indices, labels): (Int, Data, Data) = (try row.value(0), try row.value(1), try row.value(2))
            try write { database in
                try database.execute(
                    sql: """
                        INSERT INTO slice (digest, images, indices, labels) VALUES (?, ?, ?, ?)
                        ON CONFLICT (digest) DO NOTHING
                        """,
                    arguments: [digest, images, indices, labels]
                )
            }
        }
    }
}

/// The conflicts that a merge finds: all are counted, the first are kept.
struct MergeConflicts {
    private static let mostKept = 100

    private(set) var count = 0
    private(set) var first: [MergeConflict] = []

    mutating func add(_ conflict: MergeConflict) {
        count += 1
        if first.count < Self.mostKept { first.append(conflict) }
    }

    /// Compares the cells of which both stores have results.
    mutating func compare(_ source: ResultStore, with target: ResultStore) throws {
        var found = self
        try target.read { database in
            let findCell = try database.cachedStatement(sql: "SELECT key FROM cell WHERE id = ? AND recorded > 0")
            let comparison = try PartComparison(database)
            try ForeignParts.forEachCell(of: source) { cell in
                guard let key = try Int64.fetchOne(findCell, arguments: [Data(cell.id.bytes)]) else { return }
                try cell.forEachPart { part in
                    guard let conflict = try comparison.compare(part, withCell: key).conflict(of: part, in: cell) else {
                        return true
                    }
                    // One of a cell says as much as all.
                    found.add(conflict)
                    return false
                }
            }
        }
        self = found
    }
}

extension PartComparison.Finding {
    fileprivate func conflict(of part: RecordedPart, in cell: ForeignCell) throws -> MergeConflict? {
        switch self {
        case .equal: nil
        case .otherColumns(let names):
            .columns(try cell.label(), recorded: names, received: part.table.columns.map(\.name))
        case .different(let mismatch): .values(try cell.label(), mismatch)
        }
    }
}
