// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Vocabulary
import WireProtocol

/// What a worker does because of messages, of the engine and of the time: a value made of what it holds and of how it
/// stands with its coordinator.
///
/// Times are durations since the worker began. What is to be done because of an event is returned as effects; reports of
/// the engine gather until the socket's thread takes them with `takeReports`.
struct SessionState {
    /// How the worker leaves.
    struct Leaving {
        var reason: String
        /// When it leaves even if something is still computed or not acknowledged; never, if nil.
        var deadline: Duration?
        /// Whether what is not begun is still computed.
        var keepsQueue = false
    }

    /// What is to be done because of an event.
    enum Effect {
        case send(WorkerMessage)
        case log(Logger.Level, Logger.Message)
        /// There may be work for the engine.
        case work
        /// A file is handed over, or will not be: the engine may wait for that.
        case uploadEnded
        /// Something for an engine that waits for a file.
        case fetch(ArtifactFetch.Event)
        case end(WorkerEnding)
    }

    private let introduction: Hello
    private let walltime: Walltime?
    /// How long the worker stays with nothing to compute; for ever, if nil.
    private let idleTimeout: Duration?
    /// Whether the worker leaves with the run that it joined first.
    private let isForOneRun: Bool
    private var run: String?
    /// Since when there is nothing to compute; nil while there is.
    private var idleSince: Duration?
    private var membership: Membership
    private(set) var shards = HeldShards()
    private(set) var training = HeldTraining()
    private(set) var leaving: Leaving?
    /// Parts of files that came or were asked for, and offers: an engine that waits for them gets on, too.
    private var exchanges: UInt64 = 0

    /// A worker that `introduction` describes; what it holds is filled in with every hello.
    init(
        introduction: Hello,
        walltime: Walltime? = nil,
        idleTimeout: Duration? = nil,
        isForOneRun: Bool = false
    ) {
        self.introduction = introduction
        self.walltime = walltime
        self.idleTimeout = idleTimeout
        self.isForOneRun = isForOneRun
        membership = Membership(introduction.worker)
    }

    /// Whether everything that was computed is recorded, and nothing more will be; what only goes back needs no waiting.
    var isIdle: Bool { shards.isEmpty && training.isEmpty }

    /// Whether the running attempt is worth waiting for a file: nothing is lost yet by giving it back.
    var mayFetch: Bool { shards.isComputing && leaving?.keepsQueue != false }

    // What the coordinator says.

    mutating func receive(_ message: CoordinatorMessage, at now: Duration) -> [Effect] {
        membership.hear(at: now)
        switch message {
        case .welcome(let welcome): return join(welcome, at: now)
        case .assign(let assignments): return take(assignments)
        case .acknowledge(let attempts): return forget(attempts)
        case .heartbeat(let heartbeat): return membership.isJoined(to: heartbeat.epoch) ? [] : hello(at: now)
        case .retract(let attempts):
            return handBack(attempts.filter { shards.retract($0) }) + endIfDone()
        case .drain(let reason): return drain(reason)
        case .refuse(let refusal): return consider(refusal, at: now)
        case .goodbye(let reason): return part(reason, at: now)
        case .artifactChunk(let chunk):
            exchanges += 1
            return [.fetch(.chunk(chunk))]
        case .artifactRefusal(let refusal): return [.fetch(.refused(refusal))]
        case .train(let assignment): return take(assignment, at: now)
        case .stopTraining(let attempt, let saves):
            let effects = training.stop(attempt, saves: saves, isJoined: membership.isJoined)
            return effects.map { $0 + endIfDone() } ?? []
        case .uploadReceipt(let receipt):
            exchanges += 1
            return training.take(receipt, at: now)
        case .uploadRefusal(let refusal): return training.take(refusal)
        case .snapshot, .controlReply: return []
        }
    }

    /// Notes the coordinator's life and sends again what it may not have.
    private mutating func join(_ welcome: Welcome, at now: Duration) -> [Effect] {
        membership.join(welcome)
        let first = run ?? welcome.run
        run = first
        if isForOneRun, leaving == nil, welcome.run != first {
            return leave(because: "run \(first) is over", by: now, at: now)
        }
        shards.reportAgain()
        var effects: [Effect] = [.log(.info, "joined run \(welcome.run)"), .fetch(.joined)]
        if let leaving, !leaving.keepsQueue { effects.append(.send(.drain(reason: leaving.reason))) }
        return effects + takeReports().map { .send($0) } + training.offerAgain(at: now) + endIfDone()
    }

    private mutating func take(_ assignments: [Assignment]) -> [Effect] {
        if let leaving, !leaving.keepsQueue { return handBack(assignments.map(\.attempt)) }
        shards.add(assignments)
        return [.work]
    }

    /// Forgets results that are committed, and attempts that nobody needs.
    private mutating func forget(_ attempts: [AttemptIdentity]) -> [Effect] {
        var effects: [Effect] = []
        for attempt in attempts where shards.forget(attempt) {
            effects += [.log(.debug, "cancelled: \(attempt)"), .fetch(.abandoned)]
        }
        return effects + endIfDone()
    }

    private mutating func take(_ assignment: TrainingAssignment, at now: Duration) -> [Effect] {
        if leaving == nil { return training.take(assignment, at: now) }
        return [.send(.trainingEnd(TrainingEnd(attempt: assignment.attempt, reason: .handedBack)))]
    }

    /// Says hello to a coordinator that does not know this worker; leaves one that will not have it.
    private mutating func consider(_ refusal: Refusal, at now: Duration) -> [Effect] {
        switch refusal.reason {
        case .unknownPeer:
            return membership.mayAnswerUnknownPeer(at: now) ? hello(at: now) : []
        case .protocolVersion, .numerics, .notAllowed, .quarantined:
            return [.end(.refused(refusal.text))]
        case .other, .malformed, .identityInUse, .unknownRun:
            return [.log(.warning, "the coordinator refused: \(refusal.text)")]
        }
    }

    /// Forgets what a coordinator that is gone wanted; results are kept for the next.
    private mutating func part(_ reason: String, at now: Duration) -> [Effect] {
        membership.part()
        _ = shards.retractAll()
        let left: [Effect] = [.fetch(.parted)] + training.abandon()
        if isForOneRun, leaving == nil { return left + leave(because: "its run is over (\(reason))", by: now, at: now) }
        return [.log(.info, "the coordinator left (\(reason)); waiting for the next")] + left + endIfDone()
    }

    private mutating func drain(_ reason: String) -> [Effect] {
        guard leaving == nil else { return [] }
        leaving = Leaving(reason: "the coordinator asks it to (\(reason))", deadline: nil, keepsQueue: true)
        return [.log(.info, "draining: \(reason)")] + training.giveBack(isJoined: membership.isJoined) + endIfDone()
    }

    // What the engine takes and gives; what it gives says whether the socket's thread must be woken.

    /// The next attempt, which counts as running from now; nil when there is none, or no time for it.
    mutating func next(at now: Duration) -> (assignment: Assignment?, effects: [Effect]) {
        guard let expected = shards.expectedTime else { return (nil, []) }
        if let walltime, now + expected > walltime.lastCall {
            let reason = "the wall time leaves no room for another shard"
            return (nil, leave(because: reason, by: walltime.lastCall, at: now))
        }
        return (shards.begin(at: now), [])
    }

    /// The running attempt has all its files: what it takes from now on is computation.
    mutating func beginComputing(at now: Duration) { shards.beginComputing(at: now) }

    /// Notes how far the running attempt is; returns whether the rest is wanted.
    mutating func progress(_ images: Int) -> Bool { shards.progress(images) }

    /// Keeps a result until it is acknowledged.
    mutating func finish(_ table: ResultTable, at now: Duration) -> Bool {
        shards.finish(table, at: now) ?? (leaving != nil)
    }

    /// Reports why the running attempt gave nothing.
    mutating func fail(_ failure: ShardFailure) -> Bool { shards.fail(failure) ?? (leaving != nil) }

    /// Ends the running attempt without a result: it is cancelled, or goes back because the worker leaves.
    mutating func giveUp() -> Bool { shards.giveUp() ?? (leaving != nil) }

    /// The training, which counts as begun from now; nil when there is none that waits.
    mutating func nextTraining() -> TrainingAssignment? { training.begin() }

    /// How far the training is, for a coordinator that is there.
    mutating func report(_ report: TrainingReport) -> [Effect] {
        training.noteSteps(report.stepsDone)
        guard membership.isJoined, let report = training.renamed(report) else { return [] }
        return [.send(.trainingProgress(report))]
    }

    /// Begins to hand a file of the training to the coordinator.
    mutating func beginUpload(_ file: TrainingFile, at now: Duration) -> [Effect] {
        training.beginUpload(file, at: now, isJoined: membership.isJoined)
    }

    /// Ends the training that runs.
    mutating func endTraining(_ outcome: TrainingOutcome, log: [String], at now: Duration) -> [Effect] {
        training.end(outcome, log: log, at: now, isJoined: membership.isJoined) + endIfDone()
    }

    /// What the engine has given since the last call, for a coordinator that will take it.
    mutating func takeReports() -> [WorkerMessage] {
        membership.isJoined ? shards.takeReports() + training.takeEnds() : []
    }

    // What becomes due, and how the worker leaves.

    /// What is due at `now`; the time is told every `tick`.
    ///
    /// Nothing is said while messages wait to be sent.
    mutating func tick(at now: Duration, tick: Duration, hasUnsent: Bool, activity: UInt64 = 0) -> [Effect] {
        var effects: [Effect] = []
        if let walltime, leaving == nil, now >= walltime.lastCall {
            effects += leave(because: "the wall time is over", by: walltime.lastCall, at: now)
        }
        if let walltime, !training.isEmpty, leaving == nil, now >= walltime.lastTraining {
            effects += leave(because: "the wall time ends soon", by: walltime.lastCall, at: now)
        }
        effects += leaveIfIdle(at: now)
        if let leaving, let deadline = leaving.deadline, now >= deadline {
            let unfinished = WorkerEnding.cutShort("leaving because \(leaving.reason); not finished in time")
            return effects + [.end(isIdle ? .left : unfinished)]
        }
        return hasUnsent ? effects : effects + beat(at: now, tick: tick, activity)
    }

    /// Leaves when there was nothing to compute for too long: what is not recorded by then finds nobody who takes it.
    private mutating func leaveIfIdle(at now: Duration) -> [Effect] {
        guard shards.expectedTime == nil, !shards.isComputing, training.isEmpty else {
            idleSince = nil
            return []
        }
        let since = idleSince ?? now
        idleSince = since
        guard let idleTimeout, leaving == nil, now - since >= idleTimeout else { return [] }
        return leave(because: "there was nothing to do for \(Int(idleTimeout / .seconds(1))) s", by: now, at: now)
    }

    /// A heartbeat when one is due; a hello while nobody has welcomed the worker or the coordinator is silent.
    private mutating func beat(at now: Duration, tick: Duration, _ activity: UInt64) -> [Effect] {
        switch membership.due(at: now, tick: tick) {
        case .nothing: return []
        case .hello: return hello(at: now)
        case .helloAfterSilence:
            return [.log(.notice, "the coordinator is silent; saying hello until it answers")] + hello(at: now)
        case .heartbeat:
            let offers = training.offerIfDue(at: now)
            exchanges += offers.isEmpty ? 0 : 1
            return [.send(.heartbeat(heartbeat(activity)))] + offers
        }
    }

    /// What it is doing; `activity` grows while its engine computes.
    private func heartbeat(_ activity: UInt64) -> WorkerHeartbeat {
        var heartbeat = shards.heartbeat
        (heartbeat.training, heartbeat.stepsDone) = (training.begun, training.stepsDone)
        heartbeat.activity = activity &+ exchanges
        return heartbeat
    }

    /// Notes whether messages can go out.
    mutating func connection(isThere: Bool) -> [Effect] {
        membership.connection(isThere: isThere)
        return [.fetch(.parted)]
    }

    /// A hello; the worker counts as not joined until it is answered.
    mutating func hello(at now: Duration) -> [Effect] {
        let wasJoined = membership.beginAgain(at: now)
        var hello = introduction
        hello.unacknowledged = shards.unacknowledged
        hello.inFlight = shards.inFlight
        hello.grants = shards.grants
        hello.training = training.attempt
        hello.trainingMark = training.mark
        return (wasJoined ? [.fetch(.parted)] : []) + [.send(.hello(hello))]
    }

    /// Takes no more work: hands back what is not begun, and leaves when what is running is recorded, at `deadline` at the
    /// latest.
    mutating func leave(because reason: String, by deadline: Duration, at now: Duration) -> [Effect] {
        let deadline = walltime.map { min($0.lastCall, deadline) } ?? deadline
        let isNew = leaving == nil || leaving?.keepsQueue == true
        leaving = Leaving(reason: reason, deadline: deadline)
        let waiting = shards.retractAll()
        var effects: [Effect] = isNew ? [.log(.info, "leaving because \(reason)")] : []
        if membership.isJoined {
            if isNew { effects.append(.send(.drain(reason: reason, within: max(.zero, deadline - now)))) }
            effects += handBack(waiting)
        } else {
            // The hello that is on its way may have listed them.
            shards.giveBack(waiting)
        }
        // A file that is still fetched would only delay it.
        return effects + [.fetch(.abandoned)] + training.giveBack(isJoined: membership.isJoined) + endIfDone()
    }

    /// Leaves when that is wanted and nothing is left to do, or nobody to do it for.
    func endIfDone() -> [Effect] {
        guard let leaving else { return [] }
        if isIdle { return [.end(.left)] }
        // Waiting for a coordinator that may never come helps nobody.
        let reason = "leaving because \(leaving.reason); the coordinator left first"
        return membership.isAbandoned ? [.end(.cutShort(reason))] : []
    }

    /// What to send when the worker leaves: what is computed, and that everything else goes back.
    mutating func farewell(_ reason: String) -> [WorkerMessage] {
        guard membership.isJoined else { return [] }
        let reports = takeReports()
        let held = shards.inFlight
        _ = shards.retractAll()
        return reports + .handingBack(held) + [.goodbye(reason: reason)]
    }

    private func handBack(_ attempts: [AttemptIdentity]) -> [Effect] {
        [WorkerMessage].handingBack(attempts).map { .send($0) }
    }
}
