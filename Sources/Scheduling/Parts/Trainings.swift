// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The trainings that were asked for, in that order; few, and kept to the end of the run.
struct Trainings: Sendable {
    private var states = SlotTable<Digest, RequestedTraining>()
    /// Whether a training may wait beside a worker that could have it.
    var isDue = false

    /// Trainings that are neither finished nor failed.
    var openCount: Int { states.slots.count { states[$0].fate == .open } }
    /// Those that nobody has.
    var waiting: [TrainingSlot] { states.slots.filter { states[$0].isWaiting } }
    /// Those whose worker makes no progress, if `isStalled` says so of it.
    func stalled(_ isStalled: (WorkerID) -> Bool) -> [TrainingSlot] {
        states.slots.filter { states[$0].lease.map { isStalled($0.worker) } ?? false }
    }
    /// What workers have, in the order in which it was asked for.
    var leases: [RequestedTraining.Lease] { states.slots.flatMap { states[$0].leases } }
    var slots: [TrainingSlot] { states.slots }

    /// Who has the training.
    func lease(of slot: TrainingSlot?) -> RequestedTraining.Lease? { slot.flatMap { states[$0].lease } }

    subscript(slot: TrainingSlot) -> RequestedTraining {
        _read { yield states[slot] }
        _modify { yield &states[slot] }
    }

    func slot(of attempt: TrainingAttempt) -> TrainingSlot? { states.slot(of: attempt.training) }

    /// Whether the worker has this attempt.
    func holds(_ worker: WorkerID, _ attempt: TrainingAttempt) -> Bool {
        slot(of: attempt).flatMap { states[$0].lease(of: worker) }?.attempt == attempt
    }

    /// Takes in what is asked for; what was asked for before is skipped.
    mutating func add(_ asked: [Digest]) {
        for id in asked where states.slot(of: id) == nil { _ = states.insert(RequestedTraining(id: id), for: id) }
        isDue = true
    }

    var summaries: [TrainingSummary] { states.slots.map { states[$0].summary } }

    func checkInvariants() throws(InvariantViolation) {
        for slot in states.slots {
            for lease in states[slot].leases {
                try expect(states[slot].fate == .open, "\(lease.attempt) goes on after its end")
            }
        }
    }
}

/// A training that was asked for: who has it, and what became of it.
struct RequestedTraining: Sendable {
    /// A worker's right to the training while it keeps giving signs of life.
    struct Lease: Sendable {
        let attempt: TrainingAttempt
        let worker: WorkerID
        let since: Instant
    }

    /// What became of it.
    enum Fate: Sendable {
        case open
        case finished
        case failed
    }

    let id: Digest
    private(set) var fate = Fate.open
    /// The one attempt that lives; nil while the training waits, and in the end.
    private(set) var lease: Lease?
    /// The attempt of a worker that made no progress; it may finish yet, and the first to finish counts.
    private(set) var rival: Lease?
    /// Dispatches so far; the number of the latest attempt.
    private var dispatches: UInt32 = 0
    /// Steps that the best stored state is behind the beginning.
    private var savedSteps = 0
    /// Attempts in vain; losses since the last time that a better state was stored.
    private var trials = Trials()
    /// Who had it last, and on which host; the next attempt is rather another's.
    private(set) var lastWorker: WorkerID?
    private(set) var lastHost: UInt32?
    private(set) var history: [TrainingAttemptRecord] = []
    /// Workers that have trained it already, or stand for those who have.
    var barred: Set<WorkerID> = []
    private var vanishings = 0

    init(id: Digest) {
        self.id = id
    }

    var isWaiting: Bool { fate == .open && lease == nil }
    var leases: [Lease] { [lease, rival].compactMap(\.self) }

    /// The attempt that the worker has.
    func lease(of worker: WorkerID) -> Lease? { leases.first { $0.worker == worker } }

    /// Makes the attempt a rival of the one that comes; returns the rival that was, which nobody waits for any more.
    mutating func makeRival() -> Lease? {
        defer { (rival, lease) = (lease, nil) }
        return rival
    }

    /// Ends the rival.
    mutating func dropRival() -> Lease? {
        defer { rival = nil }
        return rival
    }

    /// Makes the rival the attempt that lives when there is none.
    mutating func promoteRival() {
        if isWaiting, let rival { (lease, self.rival) = (rival, nil) }
    }

    /// The attempt that comes next.
    mutating func nextAttempt(epoch: UInt64) -> TrainingAttempt {
        dispatches += 1
        return TrainingAttempt(training: id, number: dispatches, epoch: epoch)
    }

    mutating func begin(_ attempt: TrainingAttempt, at worker: WorkerID, now: Instant) {
        lease = Lease(attempt: attempt, worker: worker, since: now)
    }

    /// Takes the training from its worker, of the host if that is joined still.
    mutating func release(host: UInt32?) -> Lease? {
        defer { lease = nil }
        if let lease, let host {
            lastWorker = lease.worker
            lastHost = host
        }
        return lease
    }

    mutating func finish() { fate = .finished }

    /// Forgives earlier losses when the training is further than ever.
    mutating func noteSaved(steps: Int) {
        guard steps > savedSteps else { return }
        savedSteps = steps
        trials.forgiveLosses()
    }

    /// Failed attempts that are kept; the oldest go first.
    private static let mostHistory = 256

    /// Whether the failure counts: of workers that vanished only every tenth, as of a shard.
    private mutating func counts(_ failure: AttemptFailure) -> Bool {
        guard failure == .workerLost(.vanished) else { return true }
        vanishings += 1
        return vanishings.isMultiple(of: 10)
    }

    /// Keeps a failed attempt and counts it against the budget that it spends.
    mutating func note(_ record: TrainingAttemptRecord) {
        guard record.failure.isHeldAgainstShard, counts(record.failure) else { return }
        trials.note(record.failure, on: record.host)
        if history.count >= Self.mostHistory { history.removeFirst() }
        history.append(record)
    }

    /// Gives the training up when the failure is final or a budget is used up, and says whether.
    mutating func failIfSpent(
        isFinal: Bool,
        _ configuration: SchedulingConfiguration,
        among fleet: Fleet
    ) -> Bool {
        guard isFinal || trials.isSpent(configuration, among: fleet) else { return false }
        fate = .failed
        return true
    }

    /// Whether a worker of the host should leave it to others, who have not failed at it.
    func isOthersTurn(after host: String, _ configuration: SchedulingConfiguration, among fleet: Fleet) -> Bool {
        trials.isOthersTurn(after: host, configuration, among: fleet)
    }

    var summary: TrainingSummary {
        let state: TrainingSummary.State =
            switch fate {
            case .open: lease == nil ? .waiting : .running
            case .finished: .finished
            case .failed: .failed
            }
        return TrainingSummary(
            training: id,
            state: state,
            worker: lease?.worker,
            since: lease?.since,
            dispatches: Int(dispatches),
            failures: history
        )
    }
}

/// A training's place in its table.
typealias TrainingSlot = SlotTable<Digest, RequestedTraining>.Slot
