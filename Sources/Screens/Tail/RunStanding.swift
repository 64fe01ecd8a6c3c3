// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Reporting
package import WireProtocol

/// What screens show of a run beside its cells.
package struct RunStanding: Hashable, Sendable {
    package var run: String
    package var sweep: String
    /// How far the run has come, in one word.
    package var state: String
    package var isGoingOn: Bool
    package var progress: ProgressLine
    /// Why the run is paused, where it is.
    package var pauseReason: String?
    /// The trainings that go on or wait, a line each.
    package var trainings: [String] = []
    /// Who computes; nil where no coordinator answers, who alone knows.
    package var workers: [WorkerStatus]?
    package var workerCount = 0
    package var failures: [FailureCount] = []
    /// What a person should know, a line each.
    package var notices: [String] = []
    /// Where workers connect, as the coordinator listens.
    package var endpoint: String?

    package init(run: String, sweep: String, state: String, isGoingOn: Bool, progress: ProgressLine) {
        (self.run, self.sweep, self.state) = (run, sweep, state)
        (self.isGoingOn, self.progress) = (isGoingOn, progress)
    }

    /// The run in a line.
    package var title: String { "\(sweep) · run \(run) · \(state)" }
}
