// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Workers, or a coordinator, that `coordinator launch` had another machine or a scheduler start.
public struct LaunchedJob: Hashable, Sendable {
    /// Who was asked to start them.
    public enum Launcher: String, Hashable, Sendable, CaseIterable {
        /// A Slurm cluster: a job, or an array of jobs.
        case slurm
        /// A machine that was logged in to.
        case ssh
    }

    /// Who was asked to start them.
    public var launcher: Launcher
    /// Where: a cluster's or a host's name.
    public var place: String
    /// What the launcher calls them there: the number of a Slurm job, the id of a process.
    public var id: String
    /// What the user may call them: a job's name.
    public var name: String
    /// The run that they are for; nil where it was not known.
    public var run: String?
    /// How many workers; 0 for a coordinator.
    public var workers: Int
    /// When they were launched.
    public var launched: Date
    /// When the user had them cancelled; nil where he did not.
    public var cancelled: Date?
    /// What else the launcher keeps of them, such as where their logs are.
    public var details: [String: String]

    /// A job that nobody cancelled.
    public init(
        launcher: Launcher,
        place: String,
        id: String,
        name: String,
        run: String?,
        workers: Int,
        launched: Date,
        details: [String: String] = [:]
    ) {
        self.launcher = launcher
        self.place = place
        self.id = id
        self.name = name
        self.run = run
        self.workers = workers
        self.launched = launched
        self.details = details
    }
}
