// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One dispatch of one shard to one worker.
///
/// Every dispatch has an identity of its own, so a late result of an earlier one is recognised as such.
public struct AttemptIdentity: Hashable, Sendable {
    /// What is computed.
    public var shard: Shard
    /// Which dispatch of this shard, counted from 1 within a run.
    public var attempt: UInt32
    /// Which life of the coordinator dispatched it; grows with every start of the same run.
    public var epoch: UInt64

    /// The `attempt`-th dispatch of `shard`, made in `epoch`.
    public init(shard: Shard, attempt: UInt32, epoch: UInt64) {
        self.shard = shard
        self.attempt = attempt
        self.epoch = epoch
    }
}

extension AttemptIdentity: CustomStringConvertible {
    /// The shard, the attempt and the epoch, as in `0123…cdef[0..<64] attempt 2 of epoch 1`.
    public var description: String { "\(shard) attempt \(attempt) of epoch \(epoch)" }
}
