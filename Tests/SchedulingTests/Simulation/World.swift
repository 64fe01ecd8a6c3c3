// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan

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
        case computed(Int, AttemptIdentity)
        case commit(epoch: UInt64)
        case tick(epoch: UInt64)
        case start(Int)
        case dies(Int)
        case freezes(Int, seconds: Double)
        case partition(Int, seconds: Double)
        case drains(Int)
        case coordinatorDies
        case coordinatorStarts
        case reinforcements
    }

    enum StoreRequest {
        case record(AttemptIdentity, WorkerID, Range<Int>)
        case compare(AttemptIdentity, WorkerID, Range<Int>)
    }

    let seed: UInt64
    let climate: Climate
    let cellIDs: [CellID]
    let ordinals: [CellID: Int]
    var random: SplitMix64
    var now = Instant()
    var agenda = Agenda<Happening>()
    var store: SimulatedStore
    var workers: [SimulatedWorker] = []
    var workerIndices: [WorkerID: Int] = [:]

    var core: SchedulingCore
    var isUp = true
    var nextCell = 0
    var storeRequests: [StoreRequest] = []
    var outcome: RunProgress?
    /// A running hash of all actions, to tell whether two runs went the same way.
    var trace: UInt64 = 0
    var events = 0

    init(seed: UInt64) {
        self.seed = seed
        climate = Climate(seed: seed)
        random = SplitMix64(seed: ~seed)
        var images: [Int] = []
        for _ in 0..<climate.cells { images.append(.random(in: 0...climate.mostImages, using: &random)) }
        store = SimulatedStore(images: images)
        cellIDs = images.indices.map { CellID(Digest(of: Array("\(seed)/\($0)".utf8))) }
        ordinals = Dictionary(uniqueKeysWithValues: zip(cellIDs, images.indices))
        core = SchedulingCore(configuration: climate.configuration, epoch: 1)
    }

    /// Lives until the run is finished; throws what went wrong, with the seed.
    mutating func run() throws {
        do {
            try fillStore()
            scheduleLives()
            while outcome == nil {
                guard let (instant, happening) = agenda.next(), events < 200_000 else {
                    throw SimulatedStore.Fault(description: "the run does not end")
                }
                now = max(now, instant)
                try happen(happening)
            }
            if let unsettled = store.firstUnsettled {
                throw SimulatedStore.Fault(description: "\(unsettled) has not exactly one of a row and a failure")
            }
        } catch {
            throw SimulatedStore.Fault(description: "seed \(seed), event \(events), \(now): \(error)")
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
            addWorker(after: .random(in: 0...(random.chance(0.7) ? 1 : 30), using: &random))
        }
        for crash in 0..<climate.crashes {
            after(.random(in: 1...20, using: &random) + Double(20 * crash), .coordinatorDies)
        }
        after(60, .reinforcements)
    }

    /// A worker that joins later and may meet accidents; those after the first minute are lucky.
    mutating func addWorker(after delay: Double, isLucky: Bool = false) {
        let index = workers.count
        let host = Int.random(in: 0..<climate.hosts, using: &random)
        let facts = WorkerFacts(host: "host\(host)", threads: .random(in: 1...8, using: &random))
        let speed = Double.random(in: 0.001...0.05, using: &random) * (random.chance(0.1) ? 10 : 1)
        workers.append(SimulatedWorker(id: WorkerID(random.next()), facts: facts, secondsPerImage: speed))
        workerIndices[workers[index].id] = index
        while random.chance(climate.leftovers), let attempt = attemptOfFormerLife() {
            if random.chance(0.5) {
                workers[index].computed.append(attempt)
            } else {
                workers[index].waiting.append(attempt)
            }
        }
        after(delay, .start(index))
        guard !isLucky else { return }
        let accident = delay + .random(in: 0...30, using: &random)
        if random.chance(climate.deaths) { after(accident, .dies(index)) }
        if random.chance(climate.freezes) { after(accident, .freezes(index, seconds: accident)) }
        if random.chance(climate.partitions) { after(accident / 2, .partition(index, seconds: accident)) }
        if random.chance(climate.drains) { after(accident * 2, .drains(index)) }
    }

    private mutating func attemptOfFormerLife() -> AttemptIdentity? {
        guard let cell = cellIDs.indices.randomElement(using: &random), !store.rows[cell].isEmpty else { return nil }
        let lower = Int.random(in: store.rows[cell].indices, using: &random)
        let upper = Int.random(in: lower + 1...store.rows[cell].count, using: &random)
        let shard = Shard(cell: cellIDs[cell], lower: lower, upper: upper)
        return AttemptIdentity(shard: shard, attempt: .random(in: 1...3, using: &random), epoch: 0)
    }

    mutating func after(_ seconds: Double, _ happening: Happening) {
        agenda.add(happening, at: Instant(nanoseconds: now.nanoseconds + Int64(seconds * 1e9)))
    }
}
