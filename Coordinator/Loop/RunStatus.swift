// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Synchronization
import WireProtocol

/// Where the run stands, as the loop last saw it; read by the progress line and by snapshots.
final class RunStatus: Sendable {
    struct Value: Sendable {
        var progress = RunProgress()
        var state = Snapshot.State.running
        /// Why nothing is handed out; nil while it is.
        var pauseReason: String?
        var workers: [WorkerStatus] = []
        var trainings: [TrainingStatus] = []
        var metrics: [Metric] = []
        /// The latest lines for the user, also those that were shown, oldest first.
        var latestNotices: [String] = []
        /// Lines for the user that the progress line must not overwrite, oldest first.
        var notices: [String] = []
    }

    private static let keptNotices = 20
    private let value = Mutex(Value())

    var current: Value { value.withLock { $0 } }

    func update(_ change: (inout sending Value) -> Void) {
        value.withLock { change(&$0) }
    }

    func notice(_ line: String) {
        value.withLock { value in
            value.notices.append(line)
            if value.latestNotices.count == Self.keptNotices { value.latestNotices.removeFirst() }
            value.latestNotices.append(line)
        }
    }

    func takeNotices() -> [String] {
        value.withLock { value in
            defer { value.notices = [] }
            return value.notices
        }
    }
}
