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

/// Answers clients who ask how the run stands; the store is read beside the loop, never in it, and only for the cells that
/// are asked for.
final class SnapshotService: Sendable {
    /// Requests that may wait; more are dropped, and their clients ask again.
    private static let longestQueue = 64
    /// Bytes that a snapshot is taken to have before it is made.
    static let usualBytes = 1 << 20

    private let work: RunWork
    private let store: ResultStore
    private let status: RunStatus
    private let mailbox: LoopMailbox
    /// For requests that need the store; the others do not wait for them.
    private let readers = DispatchQueue(label: "snapshots")
    private let quick = DispatchQueue(label: "status")
    private let waiting = Atomic<Int>(0)
    /// Made when cells are asked for the first time.
    private let pages = Mutex<CellPages?>(nil)

    init(work: RunWork, store: ResultStore, status: RunStatus, mailbox: LoopMailbox) {
        self.work = work
        self.store = store
        self.status = status
        self.mailbox = mailbox
    }

    /// Posts the answer, for which there is `room`, to the loop's mailbox when it is ready; false when too many wait.
    func answer(_ request: SnapshotRequest, in room: AnswerRoom) -> Bool {
        guard waiting.load(ordering: .relaxed) < Self.longestQueue else { return false }
        waiting.add(1, ordering: .relaxed)
        let needsStore = request.page != nil || request.rowLimit > 0
        (needsStore ? readers : quick).async { [self] in
            let bytes = message(for: request).encoded()
            mailbox.post(.answerInRoom(RoomyAnswer(room: room, bytes: bytes)))
            waiting.subtract(1, ordering: .relaxed)
        }
        return true
    }

    private func message(for request: SnapshotRequest) -> CoordinatorMessage {
        if let run = request.run, !RunName(run).fits(run: work.run, of: work.plan.sweep.name) {
            return .refuse(Refusal(.unknownRun, text: "run '\(run)' is not going on here; this is run '\(work.run)'"))
        }
        do {
            var snapshot = Snapshot(status.current, of: work)
            if let page = request.page {
                snapshot.page = try cells().page(page)
            } else if request.rowLimit > 0 {
                let first = try cells().page(CellPageRequest(.begun, limit: WireLimits.cellsPerPage))
                snapshot.rows = Array(first.cells.flatMap(\.rows).prefix(request.rowLimit))
            }
            return .snapshot(snapshot)
        } catch {
            return .refuse(Refusal(.other, text: "the results cannot be read: \(error)"))
        }
    }

    private func cells() throws -> CellPages {
        try pages.withLock { pages in
            if let pages { return pages }
            let made = try CellPages(of: work.run, in: store, epoch: work.epoch)
            pages = made
            return made
        }
    }
}

extension Snapshot {
    /// Where a run stands, without its cells.
    fileprivate init(_ now: RunStatus.Value, of work: RunWork) {
        self.init(run: work.run, sweep: work.plan.sweep.name, state: now.state)
        settings = work.settings.texts
        cells = now.progress.cells.total
        cellsDone = now.progress.cells.recorded
        images = now.progress.images.total
        imagesDone = now.progress.images.done
        failedShards = now.progress.counts.failedShards
        auditsDone = now.audits.audits.done
        auditsMissing = now.audits.audits.missing
        disputedShards = now.audits.disputedShards
        imagesPerSecond = now.progress.imagesPerSecond
        remainingSeconds = now.progress.secondsRemaining
        workerCount = now.workers.count
        workers = Array(now.workers.prefix(WireLimits.workersPerSnapshot))
        pauseReason = now.pauseReason
        notices = now.latestNotices
        trainings = now.trainings
        failures = now.failures
        metrics = now.metrics
    }
}
