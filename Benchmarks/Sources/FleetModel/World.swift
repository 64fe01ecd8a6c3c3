// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Scheduling
import Vocabulary

/// A coordinator and its fleet, without accidents.
///
/// The coordinator's thread is modelled as its loop is: it takes up to 1,024 messages, hands out what the scheduler says,
/// commits all tables in one transaction, acknowledges, and begins anew. While it works, time passes and others wait.
struct World {
    enum Happening {
        case starts(Int)
        case beats(Int)
        case delivered([AttemptIdentity], to: Int)
        case computed(Int)
        case arrives(Message)
        case turn
    }

    enum Message {
        case hello(Int)
        case beat(Int)
        case table(AttemptIdentity, from: Int, seconds: Double)
    }

    /// Messages that the coordinator's loop takes in a row.
    private static let burst = 1024
    private static let heartbeat = 2.0
    private static let tick = 0.5
    /// Bytes of a message beside its tables, and of an assignment.
    private static let envelope = 250.0

    private let settings: Settings
    private var agenda = Agenda<Happening>()
    private var now = 0.0
    private var core: SchedulingCore
    private var random = SystemlessRandom(state: 1)
    private var fleet: [SimulatedWorker]
    private var uplink: Link
    private var downlink: Link

    private var inbox: [Message] = []
    private var taken = 0
    private var isTurning = false
    /// The end of the last turn.
    private var isFreeFrom = 0.0
    private var nextTick = 0.0
    /// The tick at which a turn is due already.
    private var awaitedTick = 0.0
    private var cells = 0
    private var waiting: [(attempt: AttemptIdentity, worker: WorkerID, positions: Range<Int>)] = []
    private var assignments: [WorkerID: [AttemptIdentity]] = [:]
    private var account: Account

    init(_ settings: Settings) {
        self.settings = settings
        var configuration = SchedulingConfiguration()
        configuration.targetShardDuration = .seconds(settings.shardSeconds)
        configuration.maximumShardImages = settings.shardImages
        core = SchedulingCore(configuration: configuration, epoch: 1)
        fleet = (0..<settings.workers).map { _ in SimulatedWorker() }
        uplink = Link(latency: settings.latency, bandwidth: settings.bandwidth)
        downlink = uplink
        account = Account(from: settings.warmUp, to: settings.warmUp + settings.duration)
    }

    var figures: Figures { account.figures(settings, uplink, downlink) }

    mutating func run() {
        for worker in fleet.indices { add(.starts(worker), at: 5 * random.unit()) }
        add(.turn, at: 0)
        isTurning = true
        let end = settings.warmUp + settings.duration
        while let (instant, happening) = agenda.next() {
            now = Double(instant.nanoseconds) * 1e-9
            guard now < end else { break }
            happen(happening)
        }
    }

    private mutating func add(_ happening: Happening, at time: Double) {
        // Never before `time`: a turn that came a nanosecond too early for the tick would wait for it for ever.
        agenda.add(happening, at: Instant(nanoseconds: Int64((time * 1e9).rounded(.up))))
    }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .starts(let worker):
            send(.hello(worker), bytes: 2 * Self.envelope)
            add(.beats(worker), at: now + Self.heartbeat * random.unit())
        case .beats(let worker):
            send(.beat(worker), bytes: Self.envelope)
            add(.beats(worker), at: now + Self.heartbeat)
        case .delivered(let attempts, let worker):
            fleet[worker].queue += attempts
            if fleet[worker].running == nil { begin(worker) }
        case .computed(let worker): finish(worker)
        case .arrives(let message):
            inbox.append(message)
            if !isTurning {
                isTurning = true
                add(.turn, at: max(now, isFreeFrom))
            }
        case .turn: turn()
        }
    }

    // The workers.

    private mutating func send(_ message: Message, bytes: Double) {
        add(.arrives(message), at: uplink.send(bytes, at: now))
    }

    private mutating func begin(_ worker: Int) {
        guard !fleet[worker].queue.isEmpty else { return }
        let attempt = fleet[worker].queue.removeFirst()
        let images = Double(attempt.shard.count)
        let seconds = images * settings.imageSeconds * exp(settings.spread * random.normal())
        fleet[worker].running = (attempt, seconds)
        account.computes(from: now, seconds)
        add(.computed(worker), at: now + seconds)
    }

    private mutating func finish(_ worker: Int) {
        guard let (attempt, seconds) = fleet[worker].running else { return }
        fleet[worker].running = nil
        account.began[attempt] = now
        let bytes = Self.envelope + Double(attempt.shard.count * settings.imageBytes)
        send(.table(attempt, from: worker, seconds: seconds), bytes: bytes)
        begin(worker)
    }

    // The coordinator.

    /// One turn of the loop, at whose end time has passed.
    private mutating func turn() {
        let begun = now
        if now >= nextTick {
            nextTick = now + Self.tick
            tell(.tick)
        }
        let end = min(inbox.count, taken + Self.burst)
        while taken < end {
            take(inbox[taken])
            taken += 1
        }
        if taken == inbox.count || taken > 1 << 16 {
            inbox.removeFirst(taken)
            taken = 0
        }
        handOut()
        commit()
        handOut()
        account.worked(from: begun, to: now)
        isFreeFrom = now
        if taken < inbox.count {
            add(.turn, at: now)
        } else if now < nextTick {
            // Whatever arrives meanwhile is taken at once; the tick comes in its time.
            isTurning = false
            if awaitedTick != nextTick { add(.arrives(.beat(-1)), at: nextTick) }
            awaitedTick = nextTick
        } else {
            add(.turn, at: now)
        }
    }

    private mutating func take(_ message: Message) {
        switch message {
        case .hello(let worker):
            spend(settings.messageCost, \.messages)
            tell(.joined(id(worker), WorkerFacts(host: "host\(worker / 64)", threads: 1), held: []))
        case .beat(-1): break
        case .beat(let worker):
            spend(settings.beatCost, \.beats)
            tell(
                .beat(id(worker), EngineProgress(running: fleet[worker].running?.attempt, activity: UInt64(now * 1e3)))
            )
        case .table(let attempt, let worker, let seconds):
            spend(settings.messageCost + settings.shardCost, \.messages)
            spend(settings.byteCost * Double(attempt.shard.count * settings.imageBytes), \.tables)
            tell(.tableArrived(attempt, from: id(worker), computeSeconds: seconds))
        }
    }

    /// One transaction for all tables that came.
    private mutating func commit() {
        guard !waiting.isEmpty else { return }
        spend(settings.commitCost, \.commits)
        account.commits(waiting.count, at: now)
        let settled = waiting
        waiting = []
        for (attempt, worker, positions) in settled {
            account.recorded(positions.count, at: now)
            tell(.recorded(attempt, from: worker, positions: positions))
        }
    }

    private mutating func handOut() {
        for (worker, attempts) in assignments.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let arrival = downlink.send(Self.envelope * Double(1 + attempts.count / 4), at: now)
            add(.delivered(attempts, to: Int(worker.rawValue)), at: arrival)
        }
        assignments = [:]
    }

    private mutating func tell(_ event: SchedulingCore.Event) {
        let actions = account.measuring { core.handle(event, at: Instant(nanoseconds: Int64(now * 1e9))) }
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: SchedulingCore.Action) {
        switch action {
        case .wantsCells(let count): tell(.cells((0..<count).map { _ in nextCell() }, more: true))
        case .dispatch(let attempt, let worker):
            if attempt.attempt > 1 { account.repeated += 1 }
            assignments[worker, default: []].append(attempt)
        case .record(let attempt, let worker, let positions): waiting.append((attempt, worker, positions))
        case .compare(let attempt, let worker, let positions):
            tell(.compared(attempt, from: worker, positions: positions, areEqual: true))
        case .acknowledge(let attempt, _): account.acknowledged(attempt, at: now)
        case .retract(let attempts, let worker): giveBack(attempts, at: worker)
        default: break
        }
    }

    private mutating func giveBack(_ attempts: [AttemptIdentity], at worker: WorkerID) {
        let index = Int(worker.rawValue)
        let wanted = Set(attempts)
        let returned = fleet[index].queue.filter(wanted.contains)
        fleet[index].queue.removeAll(where: wanted.contains)
        for attempt in returned { tell(.failed(attempt, from: worker, .handedBack)) }
    }

    private mutating func nextCell() -> CellWork {
        cells += 1
        return CellWork(
            id: CellID(Digest(of: Array("\(cells)".utf8))),
            images: settings.cellImages,
            costClass: CostClass(model: "model", transform: "translate")
        )
    }

    private mutating func spend(_ seconds: Double, _ purpose: WritableKeyPath<Figures, Double>) {
        account.spend(seconds, at: now, purpose)
        now += seconds
    }

    private func id(_ worker: Int) -> WorkerID { WorkerID(UInt64(worker)) }
}

/// A worker that computes one shard after the other.
struct SimulatedWorker {
    var queue: [AttemptIdentity] = []
    var running: (attempt: AttemptIdentity, seconds: Double)?
}

/// One direction of the coordinator's link: messages pass one behind the other.
struct Link {
    let latency: Double
    let bandwidth: Double
    private var isFreeFrom = 0.0
    private(set) var busy = 0.0

    init(latency: Double, bandwidth: Double) { (self.latency, self.bandwidth) = (latency, bandwidth) }

    /// When so many bytes arrive that are sent now.
    mutating func send(_ bytes: Double, at now: Double) -> Double {
        let seconds = bytes / bandwidth
        isFreeFrom = max(isFreeFrom, now) + seconds
        busy += seconds
        return isFreeFrom + latency
    }
}

/// Numbers that are the same in every process.
struct SystemlessRandom {
    var state: UInt64

    mutating func unit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
    }

    /// Standard normal, by Box and Muller.
    mutating func normal() -> Double {
        sqrt(-2 * log(1 - unit())) * cos(2 * .pi * unit())
    }
}
