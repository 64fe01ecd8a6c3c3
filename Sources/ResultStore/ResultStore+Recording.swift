// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Synchronization

extension ResultStore {
    /// Records `parts` for good, in one transaction; whatever this returns may be acknowledged.
    ///
    /// The first result for an image is kept. Recording one again changes nothing: where a part overlaps what is
    /// recorded it is compared bit for bit, and only its new images are written. A part that contradicts what is
    /// recorded is not written at all, because nobody knows yet which of the two computers is wrong; its new images
    /// are still to be computed. Nothing that can be in a part makes this method throw.
    ///
    /// - Parameters:
    ///   - parts: Results of cells of any run.
    ///   - failures: Failed attempts of `run`, kept in the same transaction; none unless given.
    ///   - run: The run whose comparisons are counted; it was begun here.
    ///   - now: The time at which the run was last written to.
    /// - Returns: What became of each part, in the order of `parts`.
    /// - Throws: `ResultStoreError`; then nothing of any part is recorded.
    public func record(
        _ parts: [RecordedPart],
        failures: [FailureRecord] = [],
        in run: String,
        at now: Date
    ) throws -> [PartOutcome] {
        let (outcomes, summaries) = try write(to: run) { key, database in
            try insert(failures, of: key, in: database)
            var recorder = try Recorder(database, growing)
            let outcomes = try parts.map { try recorder.record($0) }
            try recorder.count(outcomes, in: key, at: now)
            return (outcomes, try recorder.finish())
        }
        keep(summaries)
        return outcomes
    }

    /// Takes note of what was recorded, when its transaction is committed.
    func keep(_ summaries: RecordedSummaries) {
        growing.put(summaries.kept)
        if summaries.completedBaseline { pairsAreDue.store(true, ordering: .relaxed) }
    }
}
