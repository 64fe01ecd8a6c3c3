// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

/// A table that a worker sent for an attempt.
struct Arrival: Hashable {
    var attempt: AttemptIdentity
    var worker: WorkerID
}

/// Rows of an arrival that wait for the group commit.
struct Settlement {
    var arrival: Arrival
    var positions: Range<Int>
    /// Whether the rows are to be recorded, or compared with recorded ones.
    var isNew: Bool
}

// Recording: one transaction for all tables that wait, then the scheduler acknowledges them.
extension CoordinatorLoop {
    /// Puts rows of an arrived table in line for the next commit.
    mutating func settle(_ arrival: Arrival, _ positions: Range<Int>, isNew: Bool) {
        guard let result = tables[arrival] else {
            preconditionFailure("\(arrival.attempt) is to be recorded and its table is not here")
        }
        let shard = arrival.attempt.shard
        let rows = positions.lowerBound - shard.lower..<positions.upperBound - shard.lower
        var attempt = arrival.attempt
        attempt.shard = Shard(cell: shard.cell, lower: positions.lowerBound, upper: positions.upperBound)
        let origin =
            peers[arrival.worker]?.origin ?? PartOrigin(worker: arrival.worker.description, host: "?", isa: "?")
        let part = RecordedPart(
            attempt: attempt,
            table: result.table.rows(rows),
            origin: origin,
            seconds: result.computeSeconds
        )
        batch.append(Settlement(arrival: arrival, positions: positions, isNew: isNew))
        parts.append(part)
    }

    /// Writes what waits in one transaction and reports it; nothing is acknowledged before.
    ///
    /// A full disk pauses the run: what waits is kept and tried again every second, and workers keep what they have.
    mutating func commit() throws {
        guard !batch.isEmpty || !failures.isEmpty else { return }
        if let retry = retryCommit, now < retry { return }
        let begun = now
        let outcomes: [PartOutcome]
        do {
            outcomes = try store.record(parts, failures: failures, in: work.run, at: Date())
        } catch ResultStoreError.diskFull {
            return try waitForSpace()
        }
        let settlements = batch
        (batch, parts, failures) = ([], [], [])
        let seconds = now.seconds(since: begun)
        counters.commits += 1
        counters.commitSeconds += seconds
        counters.longestCommitSeconds = max(counters.longestCommitSeconds, seconds)
        if retryCommit != nil {
            retryCommit = nil
            note("the disk has space again; the run goes on")
            try tell(.resume(.disk))
        }
        for (settlement, outcome) in zip(settlements, outcomes) { try report(outcome, of: settlement) }
    }

    private mutating func waitForSpace() throws {
        counters.fullDisks += 1
        if retryCommit == nil {
            note("PAUSED: the disk of \(store.path) is full; free some space and the run goes on by itself", .error)
            try tell(.pause(.disk))
        }
        retryCommit = now.advanced(by: .seconds(1))
    }

    private mutating func report(_ outcome: PartOutcome, of settlement: Settlement) throws {
        var areEqual = true
        var recordedBy: WorkerID?
        switch outcome {
        case .recorded: break
        case .mismatched(let mismatch):
            areEqual = false
            recordedBy = peers.id(of: mismatch.recordedBy.worker)
            note(mismatch.explanation, .critical, ["cell": "\(mismatch.shard.cell)"])
        case .refused(let reason):
            // Only rows of a finished cell come here unchecked; they are compared, and lost to nobody.
            precondition(
                !settlement.isNew,
                "the store refuses checked rows of \(settlement.arrival.attempt): \(reason)"
            )
            areEqual = false
            note("refused a late table of \(settlement.arrival.attempt): \(reason)")
        }
        let (attempt, worker) = (settlement.arrival.attempt, settlement.arrival.worker)
        if settlement.isNew {
            try tell(.recorded(attempt, from: worker, positions: settlement.positions))
        } else {
            try tell(
                .compared(
                    attempt,
                    from: worker,
                    positions: settlement.positions,
                    areEqual: areEqual,
                    recordedBy: recordedBy
                )
            )
        }
    }
}

extension ResultTable {
    /// The rows at `range`, which is inside the table.
    func rows(_ range: Range<Int>) -> ResultTable {
        guard range != indices.indices else { return self }
        return ResultTable(
            indices: Array(indices[range]),
            columns: columns.map { Column(name: $0.name, values: Array($0.values[range])) }
        )
    }
}

extension PartMismatch {
    /// One loud line: where two machines disagree, and by which numbers.
    var explanation: String {
        "MISMATCH in \(shard): image \(images.first.map(String.init) ?? "?") has \(column) \(recorded) from "
            + "\(recordedBy.host) (\(recordedBy.isa)) and \(received) from \(receivedFrom.host) (\(receivedFrom.isa)); "
            + "\(images.count) images differ. One of the machines computes wrongly; the recorded values stay"
    }
}
