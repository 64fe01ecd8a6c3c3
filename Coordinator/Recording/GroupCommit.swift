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

    /// Bytes of tables that may wait for one owner of connections and for all, while the store cannot be written.
    static let mostOfOwner = 256 << 20
    static let mostOfAll = 512 << 20
    /// Bytes that are enough for a transaction.
    static let enough = 64 << 20

    private let now: () -> Instant
    /// Writes parts and failures in one transaction.
    private let write: ([RecordedPart], [FailureRecord]) throws -> [PartOutcome]

    /// The table that the scheduler is being told of.
    private var arrival: (result: ShardResult, owner: String)?
    /// Bytes of what waits, by who answers for its connection.
    private var waiting = Quota<String>(each: mostOfOwner, all: mostOfAll)
    /// Workers whose tables there was no room for.
    private var putOff: Set<WorkerID> = []
    /// What the next commit writes.
    private var batch: [Settlement] = []
    /// The rows of `batch`, in its order.
    private var parts: [RecordedPart] = []
    private var failures: [FailureRecord] = []
    private var ledger = FailureLedger()
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

    /// Whether so much waits that nothing more should be taken in before it is written.
    var hasEnough: Bool { waiting.total >= Self.enough }

    /// Keeps a table that arrived until `forget`; false where too much waits already.
    ///
    /// Then the worker, which keeps its table, is one of `takePutOff`.
    mutating func keep(_ result: ShardResult, from worker: WorkerID, of owner: String) -> Bool {
        guard waiting.allows(result.table.bytes, for: owner) else {
            putOff.insert(worker)
            return false
        }
        arrival = (result, owner)
        return true
    }

    /// Forgets the table that arrived, of which the rows that are wanted are in line.
    mutating func forget() { arrival = nil }

    /// Workers whose tables there was no room for since the last call.
    mutating func takePutOff() -> Set<WorkerID> {
        defer { putOff = [] }
        return putOff
    }

    /// Puts rows of a table that is kept in line for the next commit, as coming from `origin`.
    ///
    /// `tolerance` is how far they may differ from recorded ones; nil for what the store knows of the cell.
    mutating func add(_ settlement: Settlement, from origin: PartOrigin, tolerance: Double? = nil) {
        var attempt = settlement.attempt
        guard let (result, owner) = arrival, result.attempt == attempt else {
            preconditionFailure("\(attempt) is to be recorded and its table is not here")
        }
        let (shard, positions) = (attempt.shard, settlement.positions)
        let rows = positions.lowerBound - shard.lower..<positions.upperBound - shard.lower
        attempt.shard = Shard(cell: shard.cell, lower: positions.lowerBound, upper: positions.upperBound)
        var part = RecordedPart(
            attempt: attempt,
            table: result.table.rows(rows),
            origin: origin,
            seconds: result.computeSeconds
        )
        part.tolerance = tolerance
        batch.append(settlement)
        parts.append(part)
        waiting.add(part.table.bytes, for: owner)
    }

    /// Puts a failure in line for the next commit, as much of it as may be kept.
    ///
    /// `owner` answers for the connection that it came over; the coordinator's own failures have none.
    mutating func add(_ failure: FailureRecord, of owner: String = "") {
        if let kept = ledger.admit(failure, of: owner) { failures.append(kept) }
    }

    /// Writes what waits in one transaction, and tells what became of it.
    ///
    /// - Throws: why it cannot be written; it waits still.
    mutating func commit() throws -> [Settled] {
        guard !batch.isEmpty || !failures.isEmpty else { return [] }
        let begun = now()
        let outcomes = try write(parts, failures)
        counters.count(now().seconds(since: begun))
        defer {
            (batch, parts, failures) = ([], [], [])
            waiting.giveAll()
        }
        return Array(zip(batch, outcomes))
    }

    var metrics: [Metric] {
        counters.metrics + [
            Metric("waiting_table_bytes", waiting.total), Metric("unkept_failures_total", ledger.unkept),
        ]
    }
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
    /// About as many bytes as the table takes.
    fileprivate var bytes: Int { 256 + 4 * indices.count * (1 + columns.count) }

    /// The rows at `range`, which is inside the table.
    fileprivate func rows(_ range: Range<Int>) -> ResultTable {
        guard range != indices.indices else { return self }
        return ResultTable(
            indices: Array(indices[range]),
            columns: columns.map { Column(name: $0.name, values: Array($0.values[range])) }
        )
    }
}
