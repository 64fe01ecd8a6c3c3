// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import ResultStore

/// One worker, or coordinator, that was launched, and how it stands.
package struct LaunchedWorker: Hashable, Sendable {
    /// Whether it runs.
    package enum State: Hashable, Sendable {
        /// Not started yet, for this reason.
        case waiting(String)
        case running
        /// Over, whatever the end was.
        case ended
        /// Nobody knows, for this reason.
        case unknown(String)
    }

    /// What it was launched with.
    package var job: LaunchedJob
    /// What its launcher calls it: `4711_3`, a host's name.
    package var name: String
    package var state: State
    /// How it ended, in its launcher's words, such as `FAILED`; nil where that is not known, or not so yet.
    package var outcome: String?
    /// The machine where it runs or ran; nil where that is not known.
    package var host: String?
    /// Time that is left to it, or nil where nothing limits it.
    package var remaining: Duration?
    /// What it printed; nil where that cannot be read from here.
    package var log: WorkerLog?

    /// A worker of which no more is known.
    package init(_ job: LaunchedJob, name: String, state: State) {
        self.job = job
        self.name = name
        self.state = state
    }

    /// Whether it is over, and never found its coordinator, as far as its log tells.
    package var wasInVain: Bool { state == .ended && log?.hasJoined == false }

    /// Whether it waits or runs, as far as is known.
    package var isAlive: Bool {
        switch state {
        case .waiting, .running: true
        case .ended, .unknown: false
        }
    }
}
