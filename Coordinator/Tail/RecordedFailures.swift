// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Vocabulary
import WireProtocol

/// Why shards of a run have no result, as the store has it; read again every few seconds only.
struct RecordedFailures {
    private static let pause: Duration = .seconds(5)

    private var reasons: [FailureCount] = []
    private var next: ContinuousClock.Instant?

    /// The reasons, the most frequent first.
    mutating func reasons(of run: String, in results: ResultStore) throws -> [FailureCount] {
        if let next, .now < next { return reasons }
        next = .now + Self.pause
        guard try results.failedImages(of: run) > 0 else {
            reasons = []
            return []
        }
        let missing = try results.failedPositions(of: run).mapValues(Set.init)
        // The same shard may have been given up in several lives of the coordinator; what was recorded since is no failure.
        var last: [Shard: String] = [:]
        for failure in try results.failures(of: run) where failure.isTerminal {
            let shard = failure.attempt.shard
            if let missing = missing[shard.cell], shard.positions.contains(where: missing.contains) {
                last[shard] = failure.message
            }
        }
        var tally = FailureTally()
        for (shard, message) in last.sorted(by: { $0.key < $1.key }) { _ = tally.add(shard, because: message) }
        reasons = tally.reasons
        return reasons
    }
}
