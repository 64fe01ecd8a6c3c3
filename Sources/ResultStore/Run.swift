// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import Vocabulary

/// How far a run has come.
public enum RunState: String, Hashable, Sendable, CaseIterable {
    /// Being computed.
    case running
    /// Going on, with nothing handed out until the user, or space on the disk, says so.
    case paused
    /// Stopped before its end, also by the death of its coordinator; the same command continues it.
    case interrupted
    /// Ended on purpose; the same command begins a new run, which finds what this one recorded.
    case cancelled
    /// Every image of every cell is recorded.
    case complete
    /// At its end some shards had failed; the same command tries them again.
    case failed
}

/// Which process works on a run, as it calls itself; the lock beside the store says whether it lives.
public struct RunOwner: Hashable, Sendable {
    /// The process id.
    public var pid: Int32
    /// The machine's name, or the container's.
    public var host: String
    /// Since when it does.
    public var since: Date

    /// A process on a machine.
    public init(pid: Int32, host: String, since: Date) {
        self.pid = pid
        self.host = host
        self.since = since
    }
}

/// What a coordinator asks the store to begin or to continue.
public struct RunRequest: Hashable, Sendable {
    /// The id of the run if it is a new one: short, readable, not yet in the store.
    public var id: String
    /// The sweep's name.
    public var sweep: String
    /// The sweep file, as the user named it.
    public var path: String
    /// The sweep file's content.
    public var text: String
    /// Digest that decides whether two runs are of the same sweep.
    public var digest: Digest
    /// Where workers connect.
    public var endpoint: String?
    /// The process that is going to work on the run.
    public var owner: RunOwner?

    /// A run of the sweep in `text`; the endpoint and the owner are unknown unless given.
    public init(
        id: String,
        sweep: String,
        path: String,
        text: String,
        digest: Digest,
        endpoint: String? = nil,
        owner: RunOwner? = nil
    ) {
        self.id = id
        self.sweep = sweep
        self.path = path
        self.text = text
        self.digest = digest
        self.endpoint = endpoint
        self.owner = owner
    }
}

/// The run that `begin` began or continued.
public struct BegunRun: Hashable, Sendable {
    /// The run's id: the requested one, or that of the unfinished run that is continued.
    public var id: String
    /// Whether an unfinished run of the same sweep is continued.
    public var resumed: Bool
    /// Which life of the coordinator this is for the run: 1 for a new run, one more with every continuation.
    public var epoch: UInt64
    /// The process that was working on the continued run when it was last seen, if it did not stop in good order.
    public var previousOwner: RunOwner?
}

/// One run as the store knows it.
public struct RunRecord: Hashable, Sendable {
    /// The run's id.
    public var id: String
    /// The sweep's name.
    public var sweep: String
    /// The sweep file, as the user named it.
    public var path: String
    /// Digest that decides whether two runs are of the same sweep.
    public var digest: Digest
    /// How far the run has come.
    public var state: RunState
    /// When the run was begun.
    public var created: Date
    /// When the run was last written to.
    public var updated: Date
    /// How many times a coordinator has started on the run.
    public var epoch: UInt64
    /// Where workers connect.
    public var endpoint: String?
    /// The process that works on the run.
    public var owner: RunOwner?
    /// Number of cells.
    public var cells: Int
    /// Number of cells all of whose images are recorded.
    public var done: Int
    /// Number of images in all cells together.
    public var images: Int
    /// Number of those that are recorded.
    public var recordedImages: Int
    /// Number of images that arrived again and were equal bit for bit.
    public var duplicateImages: Int
    /// Number of images that arrived again and differed.
    public var mismatchedImages: Int
    /// What came of its audits.
    public var audits: AuditTally
    /// Number of shards whose recorded rows another worker contradicts, without a third that confirmed them.
    public var disputedShards: Int
}
