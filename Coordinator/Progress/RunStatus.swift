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

    /// Replaces all but the lines for the user.
    func publish(
        _ progress: RunProgress,
        workers: [WorkerStatus],
        trainings: [TrainingStatus],
        metrics: [Metric]
    ) {
        value.withLock { value in
            value.progress = progress
            value.state = progress.phase == .paused ? .paused : .running
            value.pauseReason = progress.pauseReasons.explanation
            value.workers = workers
            value.trainings = trainings
            value.metrics = metrics
        }
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

extension Set<PauseReason> {
    /// Why a run pauses, in words; nil when it does not.
    var explanation: String? {
        var reasons: [String] = []
        if contains(.user) { reasons.append("a client asked for it; 'coordinator resume' goes on") }
        if contains(.disk) { reasons.append("the store's disk is full") }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }
}
