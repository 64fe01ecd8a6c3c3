// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

// What the engine takes and what it gives. Each function that gives says whether the socket's thread must be woken: only
// for the first of what it will take together.
extension WorkerState {
    /// The next attempt, which counts as running from now; nil when there is none, or no time for it.
    mutating func next(at now: Duration) -> (assignment: Assignment?, effects: [Effect]) {
        guard let first = queue.first else { return (nil, []) }
        if let walltime, now + pace.expected(first) > walltime.lastCall {
            let reason = "the wall time leaves no room for another shard"
            return (nil, leave(because: reason, by: walltime.lastCall, at: now))
        }
        running = queue.removeFirst().map { Running(assignment: $0, begun: now) }
        return (running?.assignment, [])
    }

    /// The running attempt has all its files: what it takes from now on is computation.
    mutating func beginComputing(at now: Duration) {
        running?.begun = now
    }

    /// Notes how far the running attempt is; returns whether the rest is wanted.
    mutating func progress(_ images: Int) -> Bool {
        running?.imagesDone = images
        return running?.isCancelled == false
    }

    /// Keeps a result until it is acknowledged.
    mutating func finish(_ table: ResultTable, at now: Duration) -> Bool {
        guard let done = endRunning() else { return leaving != nil }
        pace.record(done.assignment, now - done.begun)
        let values = table.columns.reduce(0) { $0 + $1.values.count }
        guard values <= WireLimits.valuesPerTable else {
            let message = "\(values) values are too many for one message; give the sweep smaller shards"
            return fail(ShardFailure(attempt: done.attempt, kind: .engine, message: message))
        }
        let wakes = !hasReports
        let seconds = (now - done.begun) / .seconds(1)
        results.append(ShardResult(attempt: done.attempt, table: table, computeSeconds: seconds), for: done.attempt)
        unsent.append(done.attempt)
        return wakes
    }

    /// Reports why the running attempt gave nothing.
    mutating func fail(_ failure: ShardFailure) -> Bool {
        let wasCancelled = running?.isCancelled == true
        running = nil
        guard !wasCancelled else { return leaving != nil }
        let wakes = !hasReports
        failures.append(failure)
        return wakes
    }

    /// Ends the running attempt without a result: it is cancelled, or goes back because the worker leaves.
    mutating func giveUp() -> Bool {
        guard let given = endRunning() else { return leaving != nil }
        let wakes = !hasReports
        returned.append(given.attempt)
        return wakes
    }

    /// What the engine has given since the last call, for a coordinator that will take it.
    mutating func takeReports() -> [WorkerMessage] {
        guard case .joined = phase else { return [] }
        defer { (unsent, failures, returned, ends) = ([], [], [], []) }
        return WorkerMessage.batches(reporting: unsent.compactMap { results[$0] })
            + failures.map { .failure($0) } + handingBack(returned) + ends.map { .trainingEnd($0) }
    }

    /// Attempts as messages that hand them back.
    func handingBack(_ attempts: [AttemptIdentity]) -> [WorkerMessage] {
        stride(from: 0, to: attempts.count, by: WireLimits.attempts).map {
            .handBack(Array(attempts[$0..<min($0 + WireLimits.attempts, attempts.count)]))
        }
    }

    private var hasReports: Bool { !unsent.isEmpty || !failures.isEmpty || !returned.isEmpty }

    /// The running attempt, which runs no more; nil when nobody wants its result.
    private mutating func endRunning() -> Running? {
        defer { running = nil }
        return running.flatMap { $0.isCancelled ? nil : $0 }
    }
}
