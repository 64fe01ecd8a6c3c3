// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Engine
import Foundation
import Logging
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol
import ZeroMQ

/// The shell around the scheduler: receive, decode, `handle`, perform actions, commit, acknowledge.
///
/// It runs in one thread, which owns the socket, the scheduler and all that is kept here. Results are committed in
/// groups: everything that arrived while the last group was written makes the next one.
struct CoordinatorLoop: ~Copyable {
    /// How a loop ended.
    enum Ending: Hashable, Sendable {
        case complete
        /// Complete, but some shards used up a budget.
        case failed
        case interrupted
        /// Ended on purpose, for good.
        case cancelled
    }

    /// Messages taken in a row before results are committed and ticks get their turn.
    static let receiveBurst = 1024

    let work: RunWork
    let store: ResultStore
    let mailbox: LoopMailbox
    let status: RunStatus
    let snapshots: SnapshotService
    let artifacts: ArtifactService
    let models: TrainedModels
    let uploads: UploadService
    let numerics: NumericsIdentity
    let configuration: SchedulingConfiguration
    let log: Logger

    var socket: Socket
    var core: SchedulingCore
    var peers = Peers()
    var outbox = Outbox()
    var counters = LoopCounters()
    var complaints = Complaints()
    var door: Door
    /// How local worker processes ended, for the record of what they held.
    var exits: [UInt32: LocalWorkers.Exit] = [:]
    /// When the next commit may be tried after the disk was full; nil while it is not.
    var retryCommit: Scheduling.Instant?
    /// Cells that were given to the scheduler and may still be dispatched.
    var cells: [CellID: CellSpec] = [:]
    var feed: CellFeed
    var desk: TrainingDesk
    /// Tables that arrived and are neither recorded nor compared yet.
    var tables: [Arrival: ShardResult] = [:]
    /// What the next group commit writes.
    var batch: [Settlement] = []
    /// The rows of `batch`, in its order.
    var parts: [RecordedPart] = []
    var failures: [FailureRecord] = []
    var ending: Ending?

    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant
    private var lastTick: ContinuousClock.Instant
    private var lastHeartbeat: ContinuousClock.Instant

    init(
        work: RunWork,
        store: ResultStore,
        mailbox: LoopMailbox,
        status: RunStatus,
        numerics: NumericsIdentity,
        configuration: SchedulingConfiguration,
        log: Logger,
        artifacts: ArtifactService,
        models: TrainedModels,
        uploads: UploadService,
        door: Door,
        socket: consuming Socket
    ) {
        self.work = work
        self.store = store
        self.mailbox = mailbox
        self.status = status
        self.numerics = numerics
        self.configuration = configuration
        self.log = log
        self.door = door
        self.socket = socket
        self.artifacts = artifacts
        self.models = models
        self.uploads = uploads
        snapshots = SnapshotService(work: work, store: store, status: status, mailbox: mailbox)
        core = SchedulingCore(configuration: configuration, epoch: work.epoch)
        feed = CellFeed(work.plan.grid, blocked: [])
        desk = TrainingDesk(work.plan, models)
        origin = clock.now
        lastTick = origin
        lastHeartbeat = origin
    }

    var now: Scheduling.Instant { Scheduling.Instant().advanced(by: origin.duration(to: clock.now)) }

    /// Runs until every image is recorded or has failed, or until a stop was asked for.
    mutating func run() throws -> Ending {
        // Before anything is told, so that no cell is given that waits for a training.
        try prepareTrainings()
        try tell(.planned(cells: work.cellCount, images: work.imageCount))
        try tell(.tick)
        while ending == nil {
            let ready = try socket.poll(wakeup: mailbox.wakeup, timeout: .milliseconds(250))
            if ready.readable { try receiveAll() }
            if ready.reported { try receiveReports() }
            try takeRequests()
            try beat()
            try flush()
            try commit()
            try flush()
        }
        publish()
        try dismissWorkers()
        return ending ?? .interrupted
    }

    /// Tells the scheduler what happened and performs what it answers.
    mutating func tell(_ event: SchedulingCore.Event) throws {
        for action in core.handle(event, at: now) { try perform(action) }
    }

    private mutating func takeRequests() throws {
        for request in mailbox.takeAll() {
            switch request {
            case .stop: try tell(.stop)
            case .answer(let route, let bytes): try send(bytes, over: route)
            case .uploaded(let offer, let file, let route): try uploaded(offer, file, from: route)
            case .notice(let line): if complaints.isAllowed(at: now) { note(line, .error) }
            case .localWorkerEnded(let process, let exit):
                guard let peer = peers.peer(process: process, on: work.host) else { continue }
                exits[process] = exit
                log.warning("local worker ended", metadata: ["pid": "\(process)", "exit": "\(exit.explanation)"])
                try tell(.left(peer.id, .crashed))
            }
        }
    }

    private mutating func beat() throws {
        let instant = clock.now
        if lastTick.duration(to: instant) >= configuration.heartbeatInterval / 4 {
            lastTick = instant
            try tell(.tick)
            publish()
            for line in door.news() where complaints.isAllowed(at: now) { note(line, .warning) }
        }
        guard lastHeartbeat.duration(to: instant) >= configuration.heartbeatInterval else { return }
        lastHeartbeat = instant
        for peer in peers.all {
            try send(.heartbeat(CoordinatorHeartbeat(epoch: work.epoch)), to: peer)
        }
    }

    /// Tells the user, and keeps it in the log.
    mutating func note(_ line: String, _ level: Logger.Level = .notice, _ metadata: Logger.Metadata = [:]) {
        status.notice(line)
        log.log(level: level, "\(line)", metadata: metadata)
    }

    private func publish() {
        let progress = core.progress(at: now)
        let trainings = trainingStatus(progress)
        let workers = progress.workers.compactMap { summary in
            peers[summary.id].map { WorkerStatus($0, summary, at: now) }
        }
        status.update { value in
            value.progress = progress
            value.state = progress.phase == .paused ? .paused : .running
            value.pauseReason = progress.pauseReasons.explanation
            value.workers = workers
            value.trainings = trainings
            let others = artifacts.metrics + uploads.metrics + door.metrics + core.costs().metrics
            value.metrics = [Metric](progress, counters, others)
        }
    }

    private mutating func dismissWorkers() throws {
        for peer in peers.all { try send(.goodbye(reason: "the run has ended"), to: peer) }
    }
}
