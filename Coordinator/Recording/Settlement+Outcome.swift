// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import ResultStore
import Scheduling
import Vocabulary

extension Settlement {
    /// What the scheduler is told of rows that were settled; `find` finds a worker by what the store calls it.
    ///
    /// Rows that differ from recorded ones, or that the store refuses, are told to the user too.
    func event(_ outcome: PartOutcome, noting notices: Notices, find: (String) -> WorkerID?) -> SchedulingCore.Event {
        var areEqual = true
        var recordedBy: WorkerID?
        switch outcome {
        case .recorded: break
        case .mismatched(let mismatch):
            areEqual = false
            recordedBy = find(mismatch.recordedBy.worker)
            notices.note(mismatch.explanation, .critical, ["cell": "\(mismatch.shard.cell)"])
        case .refused(let reason):
            // Rows of a finished cell come here unchecked; they are compared, and lost to nobody. New ones are checked,
            // but another run may have recorded their images with other columns meanwhile.
            if isNew { return .refused(attempt, from: worker, positions: positions, reason: reason) }
            areEqual = false
            notices.note("refused a late table of \(attempt): \(reason)")
        }
        if isNew { return .recorded(attempt, from: worker, positions: positions) }
        return .compared(attempt, from: worker, positions: positions, areEqual: areEqual, recordedBy: recordedBy)
    }
}

extension PartMismatch {
    /// One loud line: where two machines disagree, and by which numbers.
    fileprivate var explanation: String {
        let limit = tolerance.map { " by more than the tolerance of \($0)" } ?? ""
        return "MISMATCH in \(shard): image \(images.first.map(String.init) ?? "?") has \(column) \(recorded) from "
            + "\(recordedBy.host) (\(recordedBy.isa)) and \(received) from \(receivedFrom.host) (\(receivedFrom.isa)); "
            + "\(counted(images.count, "image")) \(images.count == 1 ? "differs" : "differ")\(limit). One of the machines computes wrongly; the recorded values stay"
    }
}
