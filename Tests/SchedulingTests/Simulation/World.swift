// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import TestSupport
import Vocabulary

/// A coordinator, its store and a fleet of workers on a virtual clock, with every accident the seed brings.
///
/// The world performs the core's actions as the real shell does (records are committed in groups, compared after
/// them, acknowledged when the core says so), checks the core's invariants after every event, and keeps a truth of its
/// own about what was recorded.
struct World {
    enum Happening {
        case arrives(WorkerMessage, from: Int)
        case delivered(CoordinatorMessage, to: Int)
        case heartbeat(Int)
        case resend(Int)
        case computed(Int, SimulatedTable)
        case works(Int)
        case step(Int, TrainingAttempt)
        case commit(epoch: UInt64)
        case tick(epoch: UInt64)
        case start(Int)
        case dies(Int)
        case freezes(Int, seconds: Double)
        case partition(Int, seconds: Double)
        case drains(Int)
        case pauses(PauseReason, seconds: Double)
        case resumes(PauseReason)
        case stops
        case cancels
        case coordinatorDies
        case coordinatorStarts
        case reinforcements
    }

    /// How the run ended.
    enum Outcome {
        case finished
        case stopped(StopReason)
        case cancelled
    }

    struct StoreRequest {
        var attempt: AttemptIdentity
        var worker: WorkerID
        var positions: Range<Int>
        var isNew: Bool
    }

    let seed: UInt64
    let climate: Climate
    /// Whether `trace` is kept, which takes most of the time.
    let isTraced: Bool
    let cellIDs: [CellID]
    let ordinals: [CellID: Int]
    var random: SplitMix64
    var now = Instant()
    var agenda = Agenda<Happening>()
    var store: SimulatedStore
    /// Those of the first models, in their order.
    var trainings: [SimulatedTraining] = []
    /// Whether a class was given up, whose shards then fail with less than their budget used up.
    var hasGivenUp = false
    var workers: [SimulatedWorker] = []
    var workerIndices: [WorkerID: Int] = [:]

    var core: SchedulingCore
    var life = CoordinatorLife()
    var isUp = true
    var outcome: Outcome?
    var finalProgress: RunProgress?
    /// A running hash of all actions, to tell whether two runs went the same way.
    var trace: UInt64 = 0
    var events = 0

    init(seed: UInt64, climate: Climate? = nil, isTraced: Bool = false) {
        self.seed = seed
        let climate = climate ?? Climate(seed: seed)
        self.climate = climate
        self.isTraced = isTraced
        random = SplitMix64(seed: ~seed)
        var images: [Int] = []
        for _ in 0..<climate.cells {
            images.append(climate.isEven ? climate.mostImages : .random(in: 0...climate.mostImages, using: &random))
        }
        store = SimulatedStore(images: images)
        cellIDs = images.indices.map { World.cellID(seed, $0) }
        ordinals = Dictionary(uniqueKeysWithValues: zip(cellIDs, images.indices))
        core = SchedulingCore(configuration: climate.configuration, epoch: 1)
        for model in 0..<min(climate.trainings, climate.models) {
            trainings.append(
                SimulatedTraining(
                    id: Digest(of: Array("\(seed)/training \(model)".utf8)),
                    steps: .random(in: 1...40, using: &random),
                    isHopeless: random.chance(climate.hopeless)
                )
            )
        }
    }

    /// Lives until the run has ended; throws what went wrong, with the seed.
    mutating func run() throws {
        do {
            try fillStore()
            scheduleLives()
            try askForTrainings()
            while outcome == nil {
                guard let (instant, happening) = agenda.next(), events < climate.mostEvents else {
                    throw Fault(description: "the run does not end: \(core.progress(at: now))")
                }
                now = max(now, instant)
                try happen(happening)
            }
            try core.checkInvariants()
            try judge()
        } catch {
            throw Fault(description: "seed \(seed), event \(events), \(now): \(error)")
        }
    }

    /// Leaves what an earlier run recorded: some cells as a whole, some in one stretch.
    private mutating func fillStore() throws {
        for cell in store.rows.indices where random.chance(climate.cached) {
            let images = store.rows[cell].count
            let lower = random.chance(0.5) ? 0 : Int.random(in: 0...images, using: &random)
            let upper = random.chance(0.5) ? images : Int.random(in: lower...images, using: &random)
            try store.write(cell, lower..<upper)
        }
    }

    private mutating func scheduleLives() {
        agenda.add(.tick(epoch: 1), at: now)
        for _ in 0..<climate.workers {
            addWorker(after: .random(in: 0...climate.joining * (random.chance(0.7) ? 1 : 30), using: &random))
        }
        for crash in 0..<climate.crashes {
            after(.random(in: 1...20, using: &random) + Double(20 * crash), .coordinatorDies)
        }
        for pause in climate.pauses { after(pause.after, .pauses(pause.reason, seconds: pause.seconds)) }
        switch climate.interference {
        case .stop(let seconds): after(seconds, .stops)
        case .cancel(let seconds): after(seconds, .cancels)
        case nil: break
        }
        after(60, .reinforcements)
    }

    mutating func after(_ seconds: Double, _ happening: Happening) {
        agenda.add(happening, at: Instant(nanoseconds: now.nanoseconds + Int64(seconds * 1e9)))
    }

    private static func cellID(_ seed: UInt64, _ ordinal: Int) -> CellID {
        CellID(Digest(of: Array("\(seed)/\(ordinal)".utf8)))
    }
}
