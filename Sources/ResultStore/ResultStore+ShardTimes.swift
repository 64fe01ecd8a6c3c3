// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

extension ResultStore {
    /// The time below which 95 % of the newest shards took, in seconds, and how many were looked at; nil where none is
    /// recorded.
    ///
    /// At most ten thousand are looked at, and those whose times are beyond belief are left out.
    public func usualShardSeconds() throws -> (seconds: Double, shards: Int)? {
        let times = try read { database in
            try Double.fetchAll(
                database,
                sql: """
                    SELECT seconds FROM (SELECT seconds FROM part ORDER BY key DESC LIMIT 10000)
                    WHERE seconds BETWEEN ? AND ? ORDER BY seconds
                    """,
                arguments: [Measured.seconds.lowerBound, Measured.seconds.upperBound]
            )
        }
        guard !times.isEmpty else { return nil }
        return (times[min(times.count - 1, times.count * 95 / 100)], times.count)
    }
}
