// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Decides which worker computes which images when, and which tables are recorded: a value without I/O.
///
/// The coordinator's loop (or a simulation) tells the core what happened and performs the actions it answers with:
///
/// ```swift
/// var core = SchedulingCore(configuration: .init(), epoch: 1)
/// for action in core.handle(.tick, at: now) { perform(action) }  // asks for the first cells
/// ```
///
/// The same events at the same instants give the same actions in every process: there is no clock, no randomness and
/// no iteration over hashed collections inside. A table's life is `tableArrived` → `record` → `recorded` →
/// `acknowledge`; one that brings images which are recorded already is compared instead, and then acknowledged.
///
/// A cell is held in memory from the moment it is given until its last image is recorded, after that only its id; cells
/// are asked for as the queue runs low. A sweep of a million cells so costs some 35 bytes a cell.
///
/// - Complexity: an event costs O(log s) searches and O(s) moved bytes in one cell's s segments (about as many as the
///   cell has shards in flight); `tick` is O(workers), and so is the look at the load of the workers when some are idle,
///   which is taken at most every 10 microseconds per worker.
public struct SchedulingCore: Sendable {
    /// The constants.
    public let configuration: SchedulingConfiguration
    /// The life of the coordinator that goes into every attempt's identity.
    public let epoch: UInt64

    // The parts, each with private state and invariants of its own.

    var run = RunLifecycle()
    var demand = CellDemand()
    var backlog = Backlog()
    var fleet: Fleet
    var costTable = CostTable()
    var deliveries = Deliveries()
    var checks = Checks()
    var races = Races()
    var trainings = Trainings()
    var commonFailures: CommonFailures
    /// Before this, the load of the workers is not looked at again.
    var nextBalance = Instant()

    // What was counted, and what is to be done.

    var counts = RunProgress.Counts()
    /// Images recorded by this run.
    var recordedImages = 0
    var rate: RateWindow
    var outbox: [Action] = []

    /// A core that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: the constants; budgets in 1 ... 255, counts and durations positive.
    ///   - epoch: the life of the coordinator, greater than in any earlier life of the same run.
    public init(configuration: SchedulingConfiguration = SchedulingConfiguration(), epoch: UInt64) {
        precondition(configuration.isValid, "every constant of the scheduler is positive, budgets at most 255")
        self.configuration = configuration
        self.epoch = epoch
        fleet = Fleet(configuration)
        commonFailures = CommonFailures(threshold: configuration.commonFailures)
        rate = RateWindow(span: configuration.rateWindow)
    }

    /// Takes in what happened and answers with what is to be done, in order.
    public mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        run.noteEvent(at: now, heartbeatInterval: configuration.heartbeatInterval)
        react(to: event, at: now)
        if isWorkDone { giveUpChecksOfNobody(at: now) }
        handOutTrainings(at: now)
        feedHungryWorkers(at: now)
        balance(at: now)
        requestCells()
        conclude(at: now)
        let actions = outbox
        outbox = []
        return actions
    }

    private mutating func react(to event: Event, at now: Instant) {
        switch event {
        case .planned(let cells, let images): demand.planned = (cells, images)
        case .cells(let cells, let more, let awaitingTraining):
            add(cells, more: more, awaitingTraining: awaitingTraining, at: now)
        case .joined(let worker, let facts, let held, let training):
            join(worker, facts, held: held, training: training, at: now)
        case .heard(let worker): _ = heard(worker, at: now)
        case .beat(let worker, let progress): beat(worker, progress, at: now)
        case .left(let worker, let departure): lose(worker, departure, at: now)
        case .drain(let worker): drain(worker)
        case .tableArrived(let attempt, let worker, let computeSeconds):
            tableArrived(WorkerAttempt(attempt, worker), computeSeconds: computeSeconds, at: now)
        case .recorded(let attempt, let worker, let positions):
            recorded(WorkerAttempt(attempt, worker), positions: positions, at: now)
        case .refused(let attempt, let worker, let positions, let reason):
            refused(WorkerAttempt(attempt, worker), positions: positions, because: reason, at: now)
        case .compared(let attempt, let worker, let positions, let areEqual, let recorder):
            let comparison = ComparedRows(positions: positions, areEqual: areEqual, recorder: recorder)
            compared(WorkerAttempt(attempt, worker), comparison, at: now)
        case .failed(let attempt, let worker, let failure):
            failed(WorkerAttempt(attempt, worker), failure, at: now)
        case .trainings(let asked): trainings.add(asked)
        case .trainingMentioned(let attempt, let worker): _ = mentions(worker, attempt, at: now)
        case .trainingSaved(let attempt, let worker, let steps):
            trainingSaved(attempt, by: worker, steps: steps, at: now)
        case .trained(let attempt, let worker): trained(attempt, by: worker, at: now)
        case .trainedOnce(let attempt, let worker, let others):
            trainedOnce(attempt, by: worker, others: others, at: now)
        case .trainingEnded(let attempt, let worker, let failure, let isFinal):
            trainingEnded(attempt, by: worker, failure: failure, isFinal: isFinal, at: now)
        case .tick: inspectWorkers(at: now)
        case .pause(let reason): run.pause(for: reason)
        case .resume(let reason): run.resume(from: reason)
        case .stop: stop(.user, at: now)
        case .giveUp: giveUp(at: now)
        case .cancel: cancel(at: now)
        }
    }

    // The end

    /// Whether every image is recorded or has failed; checks may be left.
    var isWorkDone: Bool { !demand.hasMore && backlog.unfinishedCells == 0 }

    /// Whether nothing at all is left to do or to wait for.
    private var isComplete: Bool {
        isWorkDone && checks.isEmpty && deliveries.isEmpty && trainings.openCount == 0
    }

    /// Whether nothing is in flight.
    private var isQuiet: Bool { fleet.leaseCount == 0 && deliveries.isEmpty && trainings.leases.isEmpty }

    mutating func stop(_ reason: StopReason, at now: Instant) {
        if run.stop(reason, deadline: now.advanced(by: configuration.stopGrace)) { recallTrainings() }
    }

    /// Drops everything that is in flight; what has arrived is still committed.
    private mutating func cancel(at now: Instant) {
        guard run.cancel(deadline: now.advanced(by: configuration.stopGrace)) else { return }
        for workerSlot in fleet.slots { takeBackEverything(from: workerSlot, at: now) }
    }

    /// Ends the run, once, when nothing is left to wait for.
    private mutating func conclude(at now: Instant) {
        switch run.phase {
        case .running where isComplete, .stopping where isComplete:
            run.end()
            outbox.append(.finished(progress(at: now)))
        case .stopping(let reason, let deadline) where isQuiet || now >= deadline:
            run.end()
            outbox.append(.stopped(reason, progress(at: now)))
        case .cancelling(let deadline) where deliveries.isEmpty || now >= deadline:
            run.end()
            outbox.append(.cancelled(progress(at: now)))
        case .running, .stopping, .cancelling, .cancelled, .ended: break
        }
    }
}
