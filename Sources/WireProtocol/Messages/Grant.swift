// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Attempts that were handed to a worker together, and the mark by which their coordinator knows that it did so.
///
/// A worker keeps the grants of what it holds and shows them with every hello. A mark means nothing to the worker: it is
/// made with a secret of the run, so that a coordinator that was started anew recognises it without a list of what it ever
/// handed out. One mark stands for several attempts, because making it takes longer than dispatching one.
public struct Grant: Hashable, Sendable {
    /// Attempts at shards of one cell, of one epoch: 1 … `WireLimits.attemptsPerGrant`.
    public var attempts: [AttemptIdentity]
    /// `WireLimits.markBytes` bytes.
    public var mark: [UInt8]

    /// The attempts that `mark` stands for.
    public init(attempts: [AttemptIdentity], mark: [UInt8]) {
        self.attempts = attempts
        self.mark = mark
    }
}
