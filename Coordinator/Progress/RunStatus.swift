// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dashboard
import ResultStore
import Scheduling
import Synchronization
import WireProtocol

/// Where the run stands, as the loop last saw it; read by the progress line and by snapshots.
final class RunStatus: Sendable {
    struct Value: Sendable {
        /// The run, once it has begun.
        var work: RunWork?
        var progress = RunProgress()
        var state = Snapshot.State.running
        /// Why nothing is handed out; nil while it is.
        var pauseReason: String?
        var workers: [WorkerStatus] = []
        var trainings: [TrainingStatus] = []
        /// Why shards were given up, the most frequent reason first.
        var failures: [FailureCount] = []
        var audits = AuditReport()
        var metrics: [Metric] = []
        /// How long shards took.
        var shardSeconds = ShardSeconds()
        /// When the loop last said all this; nil before the first time.
        var published: ContinuousClock.Instant?
        /// What is wrong with the store; nil while it can be used.
        var storeProblem: String?
        /// The latest lines for the user, also those that were shown, oldest first.
        var latestNotices: [String] = []
        /// Lines for the user that the progress line must not overwrite, oldest first.
        var notices: [String] = []
    }

    private static let keptNotices = 20
    private static let mostNotices = 1000
    private let value = Mutex(Value())
    private let isEndTaken = Atomic(false)

    var current: Value { value.withLock { $0 } }

    /// Notes which run it is about.
    func begin(_ work: RunWork) { value.withLock { $0.work = work } }

    /// Takes the right to tell how the run ended, which is told once; false when it is taken.
    func takeEnd() -> Bool { !isEndTaken.exchange(true, ordering: .relaxed) }

    /// Replaces all but the run and the lines for the user.
    func publish(
        _ progress: RunProgress,
        trouble: StoreTrouble?,
        workers: [WorkerStatus],
        trainings: [TrainingStatus],
        failures: [FailureCount],
        audits: AuditReport,
        metrics: [Metric],
        shardSeconds: ShardSeconds
    ) {
        value.withLock { value in
            value.progress = progress
            value.state = progress.phase == .paused ? .paused : .running
            value.pauseReason = progress.pauseReasons.explanation(trouble)
            value.workers = workers
            value.trainings = trainings
            value.failures = failures
            value.audits = audits
            value.metrics = metrics
            value.shardSeconds = shardSeconds
            value.published = .now
            value.storeProblem = trouble?.problem
        }
    }

    func notice(_ line: String) {
        value.withLock { value in
            // Nobody may take them where nothing is shown.
            if value.notices.count >= Self.mostNotices { value.notices.removeFirst(Self.mostNotices / 2) }
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
    ///
    /// - Parameter trouble: What is wrong with its store.
    /// - Returns: The reasons, joined.
    func explanation(_ trouble: StoreTrouble?) -> String? {
        var reasons: [String] = []
        if contains(.user) { reasons.append("a client asked for it; 'coordinator resume' goes on") }
        if contains(.disk) { reasons.append(trouble?.problem ?? "the store cannot be used") }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }
}
