// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// The attempts that a worker has: those that wait, the one that runs, and results that no coordinator has acknowledged.
///
/// An attempt is in one of these places at a time. What the engine gives gathers as reports until they are taken. Whoever
/// gives something is told whether the socket's thread must be woken, which the first of the reports that are taken
/// together needs, or nil when nobody wants the attempt any more.
struct HeldShards {
    private struct Running {
        let assignment: Assignment
        var begun: Duration
        var imagesDone = 0
        /// Nobody wants its result any more.
        var isCancelled = false

        var attempt: AttemptIdentity { assignment.attempt }
    }

    private struct Computed {
        let result: ShardResult
        /// What shows that the attempt was this worker's.
        let grant: Grant?
    }

    private var pace = ShardPace()
    /// Attempts that wait to be computed, oldest first.
    private var queue = OrderedTable<AttemptIdentity, Assignment>()
    private var running: Running?
    /// Results that no coordinator has acknowledged, oldest first.
    private var results = OrderedTable<AttemptIdentity, Computed>()
    /// Results that are to be sent.
    private var unsent: [AttemptIdentity] = []
    /// Failures that are to be sent.
    private var failures: [ShardFailure] = []
    /// Attempts that are to go back uncomputed.
    private var returned: [AttemptIdentity] = []

    // What there is.

    /// Whether nothing waits, runs or is unacknowledged; what only goes back does not count.
    var isEmpty: Bool { queue.isEmpty && running == nil && results.isEmpty && failures.isEmpty }

    /// Attempts that wait, oldest first.
    var waiting: [AttemptIdentity] { queue.keys }

    /// Attempts that are computed and not acknowledged, oldest first.
    var unacknowledged: [AttemptIdentity] { results.keys }

    /// Attempts that are not computed yet, or that failed without the coordinator's knowledge.
    var inFlight: [AttemptIdentity] {
        let current = running.flatMap { $0.isCancelled ? nil : [$0.attempt] } ?? []
        return current + failures.map(\.attempt) + returned + queue.keys
    }

    /// What shows that these attempts were this worker's, each grant once.
    var grants: [Grant] {
        let held = results.values.map(\.grant) + [running?.assignment.grant] + queue.values.map(\.grant)
        var seen: Set<[UInt8]> = []
        return held.compactMap(\.self).filter { seen.insert($0.mark).inserted }
    }

    /// Whether an attempt runs whose result is wanted.
    var isComputing: Bool { running?.isCancelled == false }

    var heartbeat: WorkerHeartbeat {
        WorkerHeartbeat(
            queued: queue.count,
            unacknowledged: results.count,
            running: running?.attempt,
            imagesDone: running?.imagesDone ?? 0
        )
    }

    // What the coordinator wants.

    /// Adds attempts at the end of the queue, but for those that are here already.
    mutating func add(_ assignments: [Assignment]) {
        for assignment in assignments {
            let attempt = assignment.attempt
            guard running?.attempt != attempt, results[attempt] == nil else { continue }
            queue.append(assignment, for: attempt)
        }
    }

    /// Takes an attempt back that has not begun; returns whether it was there.
    mutating func retract(_ attempt: AttemptIdentity) -> Bool { queue.remove(attempt) != nil }

    /// Takes back everything that has not begun.
    mutating func retractAll() -> [AttemptIdentity] {
        defer { queue.removeAll() }
        return queue.keys
    }

    /// Forgets an attempt that is recorded or not needed; returns whether that cancels the running one.
    mutating func forget(_ attempt: AttemptIdentity) -> Bool {
        guard results.remove(attempt) == nil, queue.remove(attempt) == nil, running?.attempt == attempt else {
            return false
        }
        running?.isCancelled = true
        return true
    }

    // What the engine does.

    /// The time to expect of the next attempt; nil when there is none.
    var expectedTime: Duration? { queue.first.map(pace.expected) }

    /// The next attempt, which counts as running from now; nil when there is none.
    mutating func begin(at now: Duration) -> Assignment? {
        running = queue.removeFirst().map { Running(assignment: $0, begun: now) }
        return running?.assignment
    }

    /// The running attempt has all its files: what it takes from now on is computation.
    mutating func beginComputing(at now: Duration) {
        running?.begun = now
    }

    /// Notes how far the running attempt is; returns whether the rest is wanted.
    mutating func progress(_ images: Int) -> Bool {
        running?.imagesDone = images
        return isComputing
    }

    /// Keeps a result until it is acknowledged; nil when nobody wants it.
    mutating func finish(_ table: ResultTable, at now: Duration) -> Bool? {
        guard let done = endRunning() else { return nil }
        pace.record(done.assignment, now - done.begun)
        let values = table.columns.reduce(0) { $0 + $1.values.count }
        guard values <= WireLimits.valuesPerTable else {
            let message = "\(counted(values, "value")) are too many for one message; give the sweep smaller shards"
            return report { $0.failures.append(ShardFailure(attempt: done.attempt, kind: .engine, message: message)) }
        }
        let seconds = (now - done.begun) / .seconds(1)
        let result = ShardResult(attempt: done.attempt, table: table, computeSeconds: seconds)
        results.append(Computed(result: result, grant: done.assignment.grant), for: done.attempt)
        return report { $0.unsent.append(done.attempt) }
    }

    /// Reports why the running attempt gave nothing; nil when nobody wants to know.
    mutating func fail(_ failure: ShardFailure) -> Bool? {
        let wasCancelled = running?.isCancelled == true
        running = nil
        return wasCancelled ? nil : report { $0.failures.append(failure) }
    }

    /// Gives the running attempt back; nil when nobody wants it.
    mutating func giveUp() -> Bool? {
        guard let given = endRunning() else { return nil }
        return report { $0.returned.append(given.attempt) }
    }

    // What the coordinator is told.

    /// Has attempts go back with the next reports.
    mutating func giveBack(_ attempts: [AttemptIdentity]) {
        returned += attempts
    }

    /// Has every result sent again that is not acknowledged.
    mutating func reportAgain() {
        unsent = results.keys
    }

    /// What the engine has given since the last call.
    mutating func takeReports() -> [WorkerMessage] {
        defer { (unsent, failures, returned) = ([], [], []) }
        return WorkerMessage.batches(reporting: unsent.compactMap { results[$0]?.result })
            + failures.map { .failure($0) } + .handingBack(returned)
    }

    /// Adds a report; returns whether it is the first of what is taken together.
    private mutating func report(_ add: (inout HeldShards) -> Void) -> Bool {
        let isFirst = unsent.isEmpty && failures.isEmpty && returned.isEmpty
        add(&self)
        return isFirst
    }

    /// The running attempt, which runs no more; nil when nobody wants its result.
    private mutating func endRunning() -> Running? {
        defer { running = nil }
        return running.flatMap { $0.isCancelled ? nil : $0 }
    }
}

extension [WorkerMessage] {
    /// Messages that hand `attempts` back.
    static func handingBack(_ attempts: [AttemptIdentity]) -> [WorkerMessage] {
        stride(from: 0, to: attempts.count, by: WireLimits.attempts).map {
            .handBack([AttemptIdentity](attempts[$0..<Swift.min($0 + WireLimits.attempts, attempts.count)]))
        }
    }
}
