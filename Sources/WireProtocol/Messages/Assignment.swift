// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// One attempt handed to one worker, with all it takes to compute it.
public struct Assignment: Hashable, Sendable {
    /// Which dispatch of which shard this is.
    public var attempt: AttemptIdentity
    /// What is computed; it has an index for each position of the shard.
    public var spec: ShardSpec
    /// What shows that the attempt was handed to the worker; nil where its coordinator gives no such thing.
    public var grant: Grant?

    /// An attempt and all it takes to compute it.
    public init(attempt: AttemptIdentity, spec: ShardSpec) {
        self.attempt = attempt
        self.spec = spec
    }
}
