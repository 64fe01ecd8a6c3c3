// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import ResultStore
import Scheduling
import Statistics
import SweepPlan
import Synchronization
import Vocabulary
import WireProtocol

/// Answers clients who ask how the run stands; statistics are computed beside the loop, never in it.
final class SnapshotService: Sendable {
    /// Requests that may wait; more are dropped, and their clients ask again.
    private static let longestQueue = 64
    /// Bytes that a snapshot is taken to have before it is made.
    static let usualBytes = 1 << 20

    private let work: RunWork
    private let store: ResultStore
    private let status: RunStatus
    private let mailbox: LoopMailbox
    private let queue = DispatchQueue(label: "snapshots")
    private let waiting = Atomic<Int>(0)
    private let reader: Mutex<StatisticsReader>

    init(work: RunWork, store: ResultStore, status: RunStatus, mailbox: LoopMailbox) {
        self.work = work
        self.store = store
        self.status = status
        self.mailbox = mailbox
        reader = Mutex(StatisticsReader(store: store))
    }

    /// Posts the answer, for which there is `room`, to the loop's mailbox when it is ready; false when too many wait.
    func answer(_ request: SnapshotRequest, in room: AnswerRoom) -> Bool {
        guard waiting.load(ordering: .relaxed) < Self.longestQueue else { return false }
        waiting.add(1, ordering: .relaxed)
        queue.async { [self] in
            let bytes = message(for: request).encoded()
            mailbox.post(.answerInRoom(RoomyAnswer(room: room, bytes: bytes)))
            waiting.subtract(1, ordering: .relaxed)
        }
        return true
    }

    private func message(for request: SnapshotRequest) -> CoordinatorMessage {
        if let run = request.run, run != work.run {
            return .refuse(Refusal(.unknownRun, text: "run '\(run)' is not going on here; this is run '\(work.run)'"))
        }
        do {
            let rows = try reader.withLock { try $0.statistics(of: work.run) }
            return .snapshot(snapshot(rows, request))
        } catch {
            return .refuse(Refusal(.other, text: "the results cannot be read: \(error)"))
        }
    }

    private func snapshot(_ rows: [CellStatistics], _ request: SnapshotRequest) -> Snapshot {
        let now = status.current
        var snapshot = Snapshot(run: work.run, sweep: work.plan.sweep.name, state: now.state)
        snapshot.cells = now.progress.cells.total
        snapshot.cellsDone = now.progress.cells.recorded
        snapshot.images = now.progress.images.total
        snapshot.imagesDone = now.progress.images.done
        snapshot.failedShards = now.progress.counts.failedShards
        snapshot.auditsDone = now.audits.audits.done
        snapshot.auditsMissing = now.audits.audits.missing
        snapshot.disputedShards = now.audits.disputedShards
        snapshot.imagesPerSecond = now.progress.imagesPerSecond
        snapshot.remainingSeconds = now.progress.secondsRemaining
        snapshot.workerCount = now.workers.count
        snapshot.workers = Array(now.workers.prefix(WireLimits.workersPerSnapshot))
        snapshot.pauseReason = now.pauseReason
        snapshot.notices = now.latestNotices
        snapshot.trainings = now.trainings
        snapshot.failures = now.failures
        snapshot.metrics = now.metrics
        snapshot.rowCount = rows.count
        snapshot.firstRow = request.firstRow
        let limit = min(request.rowLimit, WireLimits.rowsPerSnapshot)
        snapshot.rows = Array(rows.dropFirst(request.firstRow).prefix(limit))
        return snapshot
    }
}
