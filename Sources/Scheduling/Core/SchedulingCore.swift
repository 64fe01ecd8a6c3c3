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

    enum Phase: Hashable, Sendable {
        case running
        case stopping(StopReason, deadline: Instant)
        case cancelling(deadline: Instant)
        case cancelled
        case ended
    }

    /// An attempt at a worker: a table that is being recorded or compared, or a runner of a race.
    struct Delivery: Hashable, Sendable {
        var attempt: AttemptIdentity
        var worker: WorkerID
    }

    var phase = Phase.running
    var pauseReasons: Set<PauseReason> = []
    var began: Instant?
    var lastEvent: Instant?
    /// Since when silence counts: a coordinator that was stopped itself has heard nobody.
    var listeningSince = Instant()
    /// Before this, the load of the workers is not looked at again.
    var nextBalance = Instant()

    var cells = SlotTable<CellID, CellState>()
    /// Cells of which every image is recorded; they would otherwise look like cells that are still to come.
    var completed: Set<CellID> = []
    var queue = WorkQueue()
    /// Cells in `cells` with images that are neither recorded nor failed.
    var unfinishedCells = 0
    /// Cells in `cells` of which every image is recorded, held for their checks.
    var checkedCells = 0
    var nextSequence: UInt64 = 0
    var moreCells = true
    var cellsRequested = false
    /// Whether the cells still to come wait for a training.
    var areCellsAwaited = false

    /// In the order in which they were asked for; few, so that they are searched one by one.
    var trainings: [TrainingState] = []
    /// Whether a training may wait beside a worker that could have it.
    var areTrainingsDue = false

    var workers = SlotTable<WorkerID, WorkerState>()
    /// Places of workers with free credit, and of those among them that hold nothing.
    var hungry = Queue<WorkerSlot>()
    var idle = Queue<WorkerSlot>()
    var leaseCount = 0
    var nextSerial: UInt64 = 1
    var activeWorkers = 0
    var activeThreads = 0
    /// Active workers of each host, and hosts with any.
    var activeByHost: [Int] = []
    var activeHosts = 0
    var quarantined: [WorkerID: QuarantineReason] = [:]

    /// Parts of each delivery that are not yet recorded or compared.
    var deliveries: [Delivery: Int] = [:]
    /// Workers that hold attempts of cells which are not known yet.
    var claims: [CellID: [WorkerID]] = [:]
    var races: [Shard: Race] = [:]
    /// Checks that wait for a worker, arbitrations first.
    var arbitrations = Queue<Check>()
    var audits = Queue<Check>()
    /// Whether the workers and the checks are those for which candidates were looked for last.
    var areCandidatesKnown = false
    /// Checks that workers hold or that are being compared.
    var checks: [Delivery: Check] = [:]

    var hosts = Interning<String>()
    var models = Interning<String>()
    var costClasses = Interning<CostClass>()
    var classStates: [ClassState] = []

    var tally = StateTally()
    var planned: (cells: Int, images: Int)?
    var progressBase = RunProgress()
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
        rate = RateWindow(span: configuration.rateWindow)
    }

    /// Takes in what happened and answers with what is to be done, in order.
    public mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        noteTime(now)
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

    private mutating func noteTime(_ now: Instant) {
        began = began ?? now
        if let lastEvent, now > lastEvent.advanced(by: configuration.heartbeatInterval) { listeningSince = now }
        lastEvent = now
    }

    private mutating func react(to event: Event, at now: Instant) {
        switch event {
        case .planned(let cells, let images): planned = (cells, images)
        case .cells(let cells, let more, let awaiting): add(cells, more: more, areAwaited: awaiting, at: now)
        case .joined(let worker, let facts, let held, let training):
            join(worker, facts, held: held, training: training, at: now)
        case .heard(let worker): _ = heard(worker, at: now)
        case .left(let worker, let departure): lose(worker, departure, at: now)
        case .drain(let worker): drain(worker)
        case .tableArrived(let attempt, let worker, let seconds): tableArrived(attempt, from: worker, seconds, at: now)
        case .recorded(let attempt, let worker, let positions): recorded(attempt, worker, positions, at: now)
        case .compared(let attempt, let worker, let positions, let areEqual, let recorder):
            compared(attempt, worker, positions, areEqual: areEqual, recordedBy: recorder, at: now)
        case .failed(let attempt, let worker, let failure): failed(attempt, worker, failure, at: now)
        case .trainings(let asked): add(asked)
        case .trainingMentioned(let attempt, let worker): _ = mentions(worker, attempt, at: now)
        case .trainingSaved(let attempt, let worker, let steps): trainingSaved(attempt, worker, steps: steps, at: now)
        case .trained(let attempt, let worker): trained(attempt, worker, at: now)
        case .trainingEnded(let attempt, let worker, let failure, let isFinal):
            trainingEnded(attempt, worker, failure, isFinal: isFinal, at: now)
        case .tick: inspectWorkers(at: now)
        case .pause(let reason): pauseReasons.insert(reason)
        case .resume(let reason): pauseReasons.remove(reason)
        case .stop: stop(.user, at: now)
        case .cancel: cancel(at: now)
        }
    }
}
