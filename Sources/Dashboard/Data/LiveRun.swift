// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Scheduling
package import WireProtocol

/// What a run's coordinator knows beyond the store: published by its loop, read by pages and metrics.
package struct LiveRun: Sendable {
    /// The run's id.
    package var run: String
    /// Whether work is handed out.
    package var state: Snapshot.State
    /// Why it is not; nil while it is.
    package var pauseReason: String?
    /// Counts of everything.
    package var progress: RunProgress
    /// Who computes.
    package var workers: [WorkerStatus] = []
    /// The models that the run trains.
    package var trainings: [TrainingStatus] = []
    /// Shards that another worker computed again, in every life of the coordinator.
    package var auditsDone = 0
    /// Shards that were chosen for that and are not audited.
    package var auditsMissing = 0
    /// Shards whose rows are disputed.
    package var disputedShards = 0
    /// The latest lines for the user, oldest first.
    package var notices: [String] = []
    /// How long shards took.
    package var shardSeconds = ShardSeconds()
    /// When the loop last said how the run stands; nil before the first time.
    package var published: ContinuousClock.Instant?
    /// What is wrong with the store, in words; nil while it can be written.
    package var storeProblem: String?

    /// A run of which nothing but this is known yet.
    package init(run: String, state: Snapshot.State, progress: RunProgress) {
        self.run = run
        self.state = state
        self.progress = progress
    }
}
