// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary
import WireProtocol

/// The shards of a run that were given up, by what was said of them: messages that differ in numbers alone count as one.
struct FailureTally {
    /// Shards of one reason that the user is told of one by one.
    private static let told = 3
    /// Different reasons that are kept; what comes after counts with the last of them.
    private static let kept = WireLimits.failuresPerSnapshot

    private var counts: [FailureCount] = []
    private var places: [String: Int] = [:]

    /// Counts a shard.
    ///
    /// - Returns: Whether the user is to be told of it, too; the log always is.
    mutating func add(_ shard: Shard, because message: String) -> Bool {
        let pattern = Excerpt.pattern(message)
        if places[pattern] == nil, counts.count < Self.kept {
            places[pattern] = counts.count
            counts.append(FailureCount(message: message, shards: 0, images: 0))
        }
        let place = places[pattern] ?? counts.count - 1
        counts[place].shards += 1
        counts[place].images += shard.count
        return counts[place].shards <= Self.told
    }

    /// The reasons, the most frequent first.
    var reasons: [FailureCount] { counts.sorted { $0.shards > $1.shards } }
}

extension [FailureCount] {
    /// The most frequent reason in a few words, such as `3 shards failed: no such level; 1 more reason`; empty for none.
    var words: String {
        guard let first else { return "" }
        let rest = count > 1 ? "; \(counted(count - 1, "more reason"))" : ""
        return "\(counted(first.shards, "shard")) failed: \(first.message)\(rest)"
    }

    /// What a progress line says of what goes wrong: of workers that cannot compute, and of shards that were given up.
    func trouble(beside workers: [WorkerStatus]) -> String {
        [workers.troubleText, words].filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
