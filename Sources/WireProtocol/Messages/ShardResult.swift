// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// What a worker computed; it keeps it until the coordinator has acknowledged it.
public struct ShardResult: Hashable, Sendable {
    /// The attempt that this is the result of.
    public var attempt: AttemptIdentity
    /// One row for each image of the shard; NaN and infinity travel as they are.
    public var table: ResultTable
    /// Time the engine took, in seconds.
    public var computeSeconds: Double

    /// The table that `attempt` gave.
    public init(attempt: AttemptIdentity, table: ResultTable, computeSeconds: Double) {
        self.attempt = attempt
        self.table = table
        self.computeSeconds = computeSeconds
    }

    /// Values of the table that are NaN or infinite.
    public var nonFinite: Int { table.columns.nonFinite }
}

extension [ResultTable.Column] {
    /// Values that are NaN or infinite.
    var nonFinite: Int { reduce(0) { $0 + $1.values.count { !$0.isFinite } } }
}
