// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Why a worker could not compute an attempt.
public struct ShardFailure: Hashable, Sendable {
    /// What failed.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// Something else, or something only a later version has a word for.
        case other
        /// The computation.
        case engine
        /// The data set: missing, damaged, or with another digest.
        case data
        /// The checkpoint: missing, damaged, or with another digest.
        case model
        /// The machine has too little memory.
        case outOfMemory
        /// The attempt took longer than the sweep allows.
        case timeLimit
    }

    /// The attempt that failed.
    public var attempt: AttemptIdentity
    /// What failed.
    public var kind: Kind
    /// Whether it is the worker's machine that failed, which says nothing of the shard: another may well do it.
    public var isOfSurroundings: Bool
    /// The error in words.
    public var message: String
    /// The worker's last lines of log, oldest first.
    public var log: [String]

    /// The failure of `attempt`.
    public init(
        attempt: AttemptIdentity,
        kind: Kind,
        isOfSurroundings: Bool = false,
        message: String,
        log: [String] = []
    ) {
        self.attempt = attempt
        self.kind = kind
        self.isOfSurroundings = isOfSurroundings
        self.message = message
        self.log = log
    }
}
