// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

/// Records the results of another store, many in one transaction.
struct MergedParts {
    /// What one transaction records at most: large enough that its commit costs little, small enough for memory.
    private static let mostParts = 5_000
    private static let mostImages = 200_000

    private let target: ResultStore
    private var parts: [RecordedPart] = []
    private var cells: [(id: CellID, identity: CellIdentity, images: Int)] = []
    private var images = 0

    init(into target: ResultStore) { self.target = target }

    /// Records everything that `source` has; what both have must be equal, or it counts as a conflict.
    mutating func take(
        from source: ResultStore,
        _ conflicts: inout MergeConflicts,
        _ tally: inout MergeTally,
        _ progress: (Int) -> Void
    ) throws {
        var seen = 0
        try ForeignParts.forEachCell(of: source) { cell in
            tally.cells += 1
            cells.append((cell.id, cell.identity, cell.images))
            try cell.forEachPart { part in
                parts.append(part)
                images += part.attempt.shard.count
                seen += part.attempt.shard.count
                if parts.count >= Self.mostParts || images >= Self.mostImages {
                    try flush(&conflicts, &tally)
                    progress(seen)
                }
                return true
            }
        }
        try flush(&conflicts, &tally)
    }

    private mutating func flush(_ conflicts: inout MergeConflicts, _ tally: inout MergeTally) throws {
        guard !parts.isEmpty || !cells.isEmpty else { return }
        let (outcomes, summaries) = try target.write { database in
            // Cells that belong to no run any more bring their results along all the same.
            var register = try CellRegister(path: target.path, database: database)
            for cell in cells { _ = try register.cell(cell.id, cell.identity, images: cell.images) }
            try register.finish()
            var recorder = try Recorder(database, target.growing)
            let outcomes = try parts.map { try recorder.record($0) }
            return (outcomes, try recorder.finish())
        }
        target.keep(summaries)
        for (part, outcome) in zip(parts, outcomes) {
            switch outcome {
            case .recorded(let images, let duplicates):
                tally.images += images
                tally.duplicates += duplicates
            case .mismatched(let mismatch):
                conflicts.add(.values(.init(id: part.attempt.shard.cell, name: ""), mismatch))
            case .refused(let reason): throw DamagedRow(detail: reason)
            }
        }
        (parts, cells, images) = ([], [], 0)
    }
}
