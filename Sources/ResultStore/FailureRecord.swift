// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Vocabulary

/// One attempt that ended without a result.
public struct FailureRecord: Hashable, Sendable {
    /// The kind of what is no failed attempt: recorded rows that another worker contradicts and no third confirmed.
    public static let disputed = "disputed"

    /// The dispatch that failed.
    public var attempt: AttemptIdentity
    /// What kind of failure it is, in one word, such as `engine` or `lost`.
    public var kind: String
    /// What happened, for the user.
    public var message: String
    /// The worker's name.
    public var worker: String
    /// The machine's name.
    public var host: String
    /// When it happened.
    public var time: Date
    /// Whether the shard was given up with it.
    public var isTerminal: Bool
    /// The worker's last lines of log before it, oldest first.
    public var log: [String]

    /// A failed attempt; no lines of log unless given.
    public init(
        attempt: AttemptIdentity,
        kind: String,
        message: String,
        worker: String,
        host: String,
        time: Date,
        isTerminal: Bool,
        log: [String] = []
    ) {
        self.attempt = attempt
        self.kind = kind
        self.message = message
        self.worker = worker
        self.host = host
        self.time = time
        self.isTerminal = isTerminal
        self.log = log
    }
}
