// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dashboard
import Files
import Foundation
import Logging
import ResultStore
import Scheduling
import Vocabulary
import WireProtocol
import ZeroMQ

/// The shell around the scheduler: receive, decode, `handle`, perform actions, commit, acknowledge.
///
/// It runs in one thread, which owns the socket, the scheduler and all parts. Each part keeps its own state and answers
/// with values; the loop alone speaks to the scheduler. Results are committed in groups: everything that arrived while
/// the last group was written makes the next one.
struct CoordinatorLoop: ~Copyable {
    /// How a loop ended.
    enum Ending: Hashable, Sendable {
        case complete
        /// Complete, but some shards used up a budget.
        case failed
        case interrupted
        /// Ended on purpose, for good.
        case cancelled
        /// Stopped because another coordinator works on the run, as this line says.
        case takenOver(String)
        /// Stopped by a failure that this line tells of; the exit code says what kind it is.
        case broken(String, code: Int32)
    }

    /// Messages taken in a row before results are committed and ticks get their turn.
    static let receiveBurst = 1024

    let context: RunContext
    let services: LoopServices
    let snapshots: SnapshotService
    let notices: Notices
    let clock: LoopClock

    var core: SchedulingCore
    var connections: Connections
    var cells: CellSupply
    var recording: GroupCommit
    var columns = KnownColumns()
    var watch = StoreWatch()
    /// How many cells the scheduler was not given yet, because the store could not be read.
    var owedCells: Int?
    var trainings: TrainingRegister
    var failures = FailureTally()
    var shardSeconds = ShardSeconds()
    var ending: Ending?
    /// How the last of the workers ended that the coordinator started; nil while there are any, or never were.
    var localWorkersEnd: LocalWorkers.Exit?

    /// What the store, and the user, last heard of the audits.
    private var reported = AuditReport()
    /// The external models that nobody here can compute, as last told.
    private var unoffered: [ExternalModel] = []
    private let neededTrainings: [Digest]
    private var ticks: Recurrence
    private var heartbeats: Recurrence

    /// A loop that has not begun; its time counts from the making of `clock`.
    init(
        _ context: RunContext,
        services: LoopServices,
        connections: consuming Connections,
        notices: Notices,
        clock: LoopClock
    ) throws {
        self.context = context
        self.services = services
        let (mailbox, status) = (services.mailbox, services.status)
        snapshots = SnapshotService(work: context.work, store: context.store, status: status, mailbox: mailbox)
        self.notices = notices
        self.clock = clock
        self.connections = connections
        core = SchedulingCore(configuration: context.scheduling, epoch: context.work.epoch)
        recording = GroupCommit(now: { clock.now }) { [store = context.store, id = context.work.run] parts, failures in
            try store.record(parts, failures: failures, in: id, at: Date())
        }
        trainings = TrainingRegister(context.work, services, notices, verifies: context.scheduling.verifiesTrainings)
        neededTrainings = try trainings.begin(with: context.store)
        cells = CellSupply(context.work, context.store, blocked: trainings.models(of: neededTrainings))
        ticks = Recurrence(context.scheduling.heartbeatInterval / 4)
        heartbeats = Recurrence(context.scheduling.heartbeatInterval)
    }

    /// Runs until every image is recorded or has failed, or until a stop was asked for.
    mutating func run() throws -> Ending {
        // Before anything else is told, so that no cell is given that waits for a training.
        if !neededTrainings.isEmpty { try tell(.trainings(neededTrainings)) }
        try tell(.planned(cells: context.work.cellCount, images: context.work.imageCount))
        try tell(.tick)
        while ending == nil {
            let ready = try connections.wait(for: services.mailbox.wakeup, atMost: .milliseconds(250))
            if ready.readable { try receiveAll() }
            if ready.reported { try connections.countReports(atMost: Self.receiveBurst) }
            try takeRequests()
            try keepTime()
            for (request, room) in connections.takeRequests() { services.artifacts.answer(request, in: room) }
            try connections.flush()
            try useStore()
            try connections.flush()
        }
        // What the last comparisons brought to light came after the commit in which they were made.
        if ending == .complete || ending == .failed { try useStore() }
        publish()
        for line in reported.lines { notices.note(line, .warning) }
        let ending = ending ?? .interrupted
        try connections.flush()
        try connections.broadcast(.goodbye(reason: ending.farewell))
        try hearOut()
        return ending
    }

    /// Takes what workers still say for a moment, and drops it.
    ///
    /// A connection that is closed with something unread is reset, and with it goes the farewell that is under way.
    private mutating func hearOut() throws {
        let end = clock.now.advanced(by: .milliseconds(200))
        while clock.now < end {
            if try connections.wait(for: services.mailbox.wakeup, atMost: .milliseconds(50)).readable {
                while try connections.receive() != nil {}
            }
        }
    }

    /// Tells the scheduler what happened and performs what it answers.
    mutating func tell(_ event: SchedulingCore.Event) throws {
        for action in core.handle(event, at: clock.now) { try perform(action) }
    }

    private mutating func receiveAll() throws {
        for _ in 0..<Self.receiveBurst {
            // While the store cannot be written, everyone is heard all the same.
            if recording.hasEnough, watch.mayTry(at: clock.now) { return }
            guard let received = try connections.receive() else { return }
            if let message = received.message { try take(message, from: received.route, of: received.sender) }
        }
    }

    private mutating func takeRequests() throws {
        for request in services.mailbox.takeAll() { try take(request) }
    }

    private mutating func keepTime() throws {
        let now = clock.now
        if ticks.isDue(at: now) {
            try tell(.tick)
            try giveUpIfAbandoned()
            connections.noteRejections()
            connections.expireUnread()
            try sendRevokedAway()
            publish()
        }
        if heartbeats.isDue(at: now) {
            try connections.broadcast(.heartbeat(CoordinatorHeartbeat(epoch: context.work.epoch)))
            try confirmRun()
        }
    }

    /// Ends the connections of keys that were revoked; what their workers held goes to others.
    private mutating func sendRevokedAway() throws {
        for peer in try connections.dismissRevoked() {
            notices.note("sent \(peer.name) away: its key was revoked", .warning, ["worker": "\(peer.hello.worker)"])
            try tell(.left(peer.id, .goodbye))
        }
    }

    /// Ends a run that nobody is left for; where workers of other machines may come, says what it waits for.
    private mutating func giveUpIfAbandoned() throws {
        guard let exit = localWorkersEnd, connections.peers.all.isEmpty else { return }
        localWorkersEnd = nil
        let what = "no local worker is left, the last one ended so: \(exit.explanation)"
        guard !context.isOpenToOthers else {
            return notices.note("\(what); waiting for workers of other machines", .error)
        }
        notices.note("ENDED: \(what); see its log, give it more memory, or run fewer local workers", .error)
        try tell(.giveUp)
    }

    /// Reads what is owed and writes what waits; the scheduler acknowledges nothing before.
    private mutating func useStore() throws {
        guard watch.mayTry(at: clock.now) else { return }
        try guardStore { loop in
            if let count = loop.owedCells { try loop.supplyCells(count) }
            let settled = try loop.recording.commit()
            for worker in loop.recording.takePutOff() {
                try loop.connections.send(.refuse(Refusal(.unknownPeer, text: "say hello again")), to: worker)
            }
            try loop.noteStorePassed()
            for (settlement, outcome) in settled {
                try loop.tell(settlement.event(outcome, noting: loop.notices) { loop.connections.peers.id(of: $0) })
            }
        }
    }

    /// Looks whether the run is still this coordinator's, also where nothing is recorded for long.
    private mutating func confirmRun() throws {
        try guardStore { loop in
            do {
                try loop.context.store.confirm(loop.context.work.run)
            } catch let error as ResultStoreError where error.trouble != nil {
                // Whoever needs the store will meet with it; nothing is lost before.
            }
        }
    }

    /// Performs `body`; a store that cannot be used for the time being pauses the run, and one that is another's ends it.
    mutating func guardStore(_ body: (inout CoordinatorLoop) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as ResultStoreError {
            if case .runTakenOver = error {
                notices.note("\(error)", .error)
                ending = .takenOver("\(error)")
                return
            }
            guard let trouble = error.trouble else { throw error }
            if watch.meet(trouble, at: clock.now) {
                notices.note("PAUSED: \(trouble.problem); \(trouble.remedy), and the run goes on by itself", .error)
            }
            try tell(.pause(.disk))
        }
    }

    private mutating func noteStorePassed() throws {
        guard watch.pass() else { return }
        notices.note("the store can be used again; the run goes on")
        try tell(.resume(.disk))
    }

    private mutating func publish() {
        let progress = core.progress(at: clock.now)
        reportAudits(AuditReport(progress, after: context.earlier))
        reportUnoffered(progress)
        let lost = Metric("lost_lines_total", TextOutput.lostLines)
        let loop = connections.messageMetrics + recording.metrics + watch.metrics + [lost]
        let others = services.artifacts.metrics + trainings.metrics + connections.rejectionMetrics
        services.status.publish(
            progress,
            trouble: watch.trouble,
            workers: progress.workers.compactMap { summary in
                connections.peers[summary.id].map { WorkerStatus($0, summary, at: clock.now) }
            },
            trainings: trainings.status(progress, connections.peers),
            failures: failures.reasons,
            audits: reported,
            metrics: [Metric](progress, loop: loop, others: others + core.costs().metrics),
            shardSeconds: shardSeconds
        )
    }

    /// Says which external models nobody here can compute, once for each, and again after somebody could.
    private mutating func reportUnoffered(_ progress: RunProgress) {
        // At the beginning workers are still on their way.
        guard progress.elapsedSeconds >= 2 else { return }
        for model in progress.unoffered where !unoffered.contains(model) { notices.note(model.missingLine, .warning) }
        unoffered = progress.unoffered
    }

    /// Keeps in the store what has come of the audits, which a later life could not know, and says when the run waits.
    private mutating func reportAudits(_ report: AuditReport) {
        if let line = report.waitingLine, reported.waitingLine == nil { notices.note(line, .warning) }
        let isNews = report.audits != reported.audits
        reported = report
        guard isNews else { return }
        do {
            try context.store.setAudits(report.audits, of: context.work.run)
        } catch {
            // A full disk pauses the run by itself, and the next report comes in half a second.
            notices.log.warning("the audits cannot be noted: \(error)")
        }
    }
}
