// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

/// A core under test with a clock that the test turns; the invariants are checked after every event.
///
/// A class, because `#expect` and `#require` do not take mutating calls.
final class Scene {
    var core: SchedulingCore
    var now = Instant()
    /// What workers show that get on.
    private var activity: UInt64 = 0
    /// Whether everything is counted anew after every event; off where thousands of cells would take minutes.
    var isChecked = true

    /// A run that was given `cells`; others follow them only when `more` says so.
    init(
        _ cells: [CellWork],
        more: Bool = false,
        epoch: UInt64 = 1,
        configure: (inout SchedulingConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = SchedulingConfiguration()
        configure(&configuration)
        core = SchedulingCore(configuration: configuration, epoch: epoch)
        _ = try tell(.tick)
        _ = try tell(.cells(cells, more: more))
    }

    func tell(_ event: SchedulingCore.Event) throws -> [SchedulingCore.Action] {
        let actions = core.handle(event, at: now)
        try core.checkInvariants(isFull: isChecked)
        return actions
    }

    /// Lets time pass with a tick every second, during which `workers` show signs of life and get on.
    func wait(seconds: Int, alive workers: [WorkerID] = []) throws -> [SchedulingCore.Action] {
        var actions: [SchedulingCore.Action] = []
        for _ in 0..<seconds {
            now = now.advanced(by: .seconds(1))
            for worker in workers {
                activity += 1
                actions += try tell(.beat(worker, EngineProgress(activity: activity)))
            }
            actions += try tell(.tick)
        }
        return actions
    }

    /// A worker with a voice of its own, unless one is given, says hello and receives these attempts.
    func join(
        _ worker: WorkerID,
        host: String = "ada",
        threads: Int = 1,
        held: [HeldAttempt] = [],
        voice: Voice? = nil
    ) throws -> [AttemptIdentity] {
        let voice = voice ?? Voice(key: "\(worker)", address: "\(worker)")
        let facts = WorkerFacts(host: host, threads: threads, voice: voice)
        return try tell(.joined(worker, facts, held: held)).dispatched(to: worker)
    }

    /// A worker says hello again with the table of an attempt that was its own, and with what it holds besides.
    func returnsWith(_ attempt: AttemptIdentity, _ worker: WorkerID, besides held: [AttemptIdentity] = []) throws {
        let others = held.map { HeldAttempt($0, isComputed: false) }
        _ = try join(worker, held: [HeldAttempt(attempt, isComputed: true)] + others)
    }

    /// The attempt's table arrives `after` seconds and whatever is to be recorded or compared is, at once.
    ///
    /// Rows that differ do so from those of `recorder`.
    func deliver(
        _ attempt: AttemptIdentity,
        from worker: WorkerID,
        after seconds: Double = 0,
        computing computeSeconds: Double? = nil,
        areEqual: Bool = true,
        recordedBy recorder: WorkerID? = nil
    ) throws -> [SchedulingCore.Action] {
        now = now.advanced(by: .seconds(seconds))
        var actions = try tell(.tableArrived(attempt, from: worker, computeSeconds: computeSeconds))
        for action in actions {
            switch action {
            case .record(attempt, worker, let positions):
                actions += try tell(.recorded(attempt, from: worker, positions: positions))
            case .compare(attempt, worker, let positions):
                let event = SchedulingCore.Event.compared(
                    attempt,
                    from: worker,
                    positions: positions,
                    areEqual: areEqual,
                    recordedBy: areEqual ? nil : recorder
                )
                actions += try tell(event)
            default: break
            }
        }
        return actions
    }

    func fail(_ attempt: AttemptIdentity, from worker: WorkerID) throws -> [SchedulingCore.Action] {
        try tell(.failed(attempt, from: worker, .engineError("no such layer")))
    }

    var progress: RunProgress { core.progress(at: now) }
}

extension SchedulingConfiguration {
    /// Lets a worker hold exactly this many shards.
    mutating func limitCredit(to shards: Int) {
        minimumCredit = shards
        maximumCredit = shards
    }
}

extension WorkerID {
    static let anna = WorkerID(1)
    static let bert = WorkerID(2)
    static let carl = WorkerID(3)
    static let dora = WorkerID(4)
}

extension CellID {
    init(_ ordinal: Int) {
        self.init(Digest(of: Array("cell \(ordinal)".utf8)))
    }
}

extension CellWork {
    /// The cell numbered `ordinal`.
    static func cell(
        _ ordinal: Int,
        images: Int,
        model: String = "glow",
        recorded: [Range<Int>] = [],
        priority: Int = 0
    ) -> CellWork {
        let costClass = CostClass(model: model, transform: "identity")
        return CellWork(
            id: CellID(ordinal),
            images: images,
            costClass: costClass,
            recorded: recorded,
            priority: priority
        )
    }
}

extension AttemptIdentity {
    /// An attempt that another life of the coordinator may have made.
    init(cell ordinal: Int, _ positions: Range<Int>, attempt: UInt32 = 1, epoch: UInt64 = 1) {
        let shard = Shard(cell: CellID(ordinal), lower: positions.lowerBound, upper: positions.upperBound)
        self.init(shard: shard, attempt: attempt, epoch: epoch)
    }
}

extension [SchedulingCore.Action] {
    func dispatched(to worker: WorkerID) -> [AttemptIdentity] {
        compactMap { if case .dispatch(let attempt, worker) = $0 { attempt } else { nil } }
    }

    var failedShards: [FailedShard] {
        compactMap { if case .shardFailed(let shard) = $0 { shard } else { nil } }
    }

    var finished: RunProgress? {
        compactMap { if case .finished(let progress) = $0 { progress } else { nil } }.first
    }

    /// Who was quarantined, and why.
    var quarantined: [WorkerID: QuarantineReason] {
        reduce(into: [:]) { if case .quarantined(let worker, let reason) = $1 { $0[worker] = reason } }
    }

    var stopped: RunProgress? {
        compactMap { if case .stopped(_, let progress) = $0 { progress } else { nil } }.first
    }
}
