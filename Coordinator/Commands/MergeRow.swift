// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import ResultStore
import Vocabulary

/// What became of one store, as `coordinator merge` says it.
struct MergeRow: Encodable {
    /// Why a store was refused.
    struct Conflict: Encodable {
        var cell: String?
        var name: String?
        var text: String
    }

    var store: String
    /// `merged` or `refused`.
    var state: String
    var runs = 0
    var newRuns = 0
    var cells = 0
    /// Images that were new, and those that both stores had.
    var images = 0
    var duplicates = 0
    var failures = 0
    var models = 0
    /// Runs that a coordinator was still working on.
    var unfinished: [String] = []
    /// How many there are; the first hundred are listed.
    var conflictCount = 0
    var conflicts: [Conflict] = []

    var isRefused: Bool { conflictCount > 0 }

    init(store: String, _ tally: MergeTally, models: Int) {
        (self.store, state, self.models) = (store, "merged", models)
        (runs, newRuns, cells) = (tally.runs, tally.newRuns, tally.cells)
        (images, duplicates, failures) = (tally.images, tally.duplicates, tally.failures)
        unfinished = tally.unfinished
    }

    init(store: String, conflicts: [Conflict], count: Int) {
        (self.store, state, self.conflicts, conflictCount) = (store, "refused", conflicts, count)
    }

    static func json(_ rows: [MergeRow]) throws -> String { try ReportJSON.text(rows) }

    /// The same for people.
    func lines(into target: String) -> [String] {
        guard !isRefused else { return refusal(by: target) }
        let had = duplicates == 0 ? "" : ", \(grouped(duplicates)) were there already, with equal bits"
        let trained = models == 0 ? "" : "; \(counted(models, "trained model")) copied"
        let summary =
            "\(store): \(counted(runs, "run")), \(counted(cells, "cell")) with results: "
            + "\(counted(images, "image", "is", "are")) new\(had)\(trained)"
        return [summary]
            + unfinished.map { "\(store): run \($0) is still being computed; merge again when it has ended" }
    }

    private func refusal(by target: String) -> [String] {
        let more = conflictCount - conflicts.count
        return ["\(store): refused, nothing was taken: \(counted(conflictCount, "conflict")) with \(target)"]
            + conflicts.map { "  \($0.text)" }
            + (more > 0 ? ["  and \(grouped(more)) more"] : [])
            + ["  'coordinator explain CELL' says who computed what; merge again without the store that is wrong"]
    }
}

extension MergeRow.Conflict {
    init(_ conflict: MergeConflict) {
        switch conflict {
        case .values(let cell, let mismatch):
            let others = mismatch.images.count - 1
            let more = others == 0 ? "" : " (and of \(counted(others, "other image")))"
            self.init(
                cell: "\(cell.id)",
                name: cell.name,
                text: "cell \(cell.id) (\(cell.name)): \(mismatch.column) of image "
                    + "\(mismatch.images.first ?? 0)\(more) is \(mismatch.recorded) by \(mismatch.recordedBy.text), "
                    + "and \(mismatch.received) by \(mismatch.receivedFrom.text)"
            )
        case .columns(let cell, let recorded, let received):
            self.init(
                cell: "\(cell.id)",
                name: cell.name,
                text: "cell \(cell.id) (\(cell.name)): has columns \(recorded.joined(separator: ", ")) there, "
                    + "and \(received.joined(separator: ", ")) here"
            )
        case .run(let id):
            self.init(text: "run \(id) is of another sweep there")
        }
    }

    init(_ contradiction: TrainedModels.Contradiction) {
        self.init(
            text: "training \(contradiction.training) gave different models: "
                + contradiction.models.joined(separator: ", ")
        )
    }
}

extension PartOrigin {
    fileprivate var text: String { "\(worker) on \(host) (\(isa))" }
}
