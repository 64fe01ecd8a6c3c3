// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Scheduling
import Vocabulary
import WireProtocol

/// Rows of a table that a worker sent, which wait for the group commit.
struct Settlement {
    var attempt: AttemptIdentity
    var worker: WorkerID
    var positions: Range<Int>
    /// Whether the rows are to be recorded, or compared with recorded ones.
    var isNew: Bool
}

/// One transaction for all rows and failures that wait; nothing is acknowledged before.
///
/// When the store cannot be written, what waits is kept for the next time, and workers keep what they have.
struct GroupCommit {
    /// What became of a settlement in a commit.
    typealias Settled = (settlement: Settlement, outcome: PartOutcome)

    private struct Arrival: Hashable {
        var attempt: AttemptIdentity
        var worker: WorkerID
    }

    private let now: () -> Instant
    /// Writes parts and failures in one transaction.
    private let write: ([RecordedPart], [FailureRecord]) throws -> [PartOutcome]

    /// Tables that arrived and are neither recorded nor compared yet.
    private var tables: [Arrival: ShardResult] = [:]
    /// What the next commit writes.
    private var batch: [Settlement] = []
    /// The rows of `batch`, in its order.
    private var parts: [RecordedPart] = []
    private var failures: [FailureRecord] = []
    private var counters = CommitCounters()

    /// Nothing waits yet.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - write: Writes parts and failures in one transaction; tells what became of each part.
    init(
        now: @escaping () -> Instant,
        write: @escaping ([RecordedPart], [FailureRecord]) throws -> [PartOutcome]
    ) {
        self.now = now
        self.write = write
    }

    /// Keeps a table that arrived until `drop`.
    mutating func keep(_ result: ShardResult, from worker: WorkerID) {
        tables[Arrival(attempt: result.attempt, worker: worker)] = result
    }

    /// Drops a table that nobody needs any more, if it is here.
    mutating func drop(_ attempt: AttemptIdentity, of worker: WorkerID) {
        tables[Arrival(attempt: attempt, worker: worker)] = nil
    }

    /// Puts rows of a table that is kept in line for the next commit, as coming from `origin`.
    mutating func add(_ settlement: Settlement, from origin: PartOrigin) {
        var attempt = settlement.attempt
        guard let result = tables[Arrival(attempt: attempt, worker: settlement.worker)] else {
            preconditionFailure("\(attempt) is to be recorded and its table is not here")
        }
        let (shard, positions) = (attempt.shard, settlement.positions)
        let rows = positions.lowerBound - shard.lower..<positions.upperBound - shard.lower
        attempt.shard = Shard(cell: shard.cell, lower: positions.lowerBound, upper: positions.upperBound)
        let part = RecordedPart(
            attempt: attempt,
            table: result.table.rows(rows),
            origin: origin,
            seconds: result.computeSeconds
        )
        batch.append(settlement)
        parts.append(part)
    }

    /// Puts a failure in line for the next commit.
    mutating func add(_ failure: FailureRecord) {
        failures.append(failure)
    }

    /// Writes what waits in one transaction, and tells what became of it.
    ///
    /// - Throws: why it cannot be written; it waits still.
    mutating func commit() throws -> [Settled] {
        guard !batch.isEmpty || !failures.isEmpty else { return [] }
        let begun = now()
        let outcomes = try write(parts, failures)
        counters.count(now().seconds(since: begun))
        defer { (batch, parts, failures) = ([], [], []) }
        return Array(zip(batch, outcomes))
    }

    var metrics: [Metric] { counters.metrics }
}

/// Commits, counted since the start.
private struct CommitCounters {
    private var commits = 0
    private var seconds = 0.0
    private var longestSeconds = 0.0

    mutating func count(_ seconds: Double) {
        commits += 1
        self.seconds += seconds
        longestSeconds = max(longestSeconds, seconds)
    }

    var metrics: [Metric] {
        [
            Metric("commits_total", commits), Metric(name: "commit_seconds_total", value: seconds),
            Metric(name: "commit_seconds_max", value: longestSeconds),
        ]
    }
}

extension ResultTable {
    /// The rows at `range`, which is inside the table.
    fileprivate func rows(_ range: Range<Int>) -> ResultTable {
        guard range != indices.indices else { return self }
        return ResultTable(
            indices: Array(indices[range]),
            columns: columns.map { Column(name: $0.name, values: Array($0.values[range])) }
        )
    }
}
