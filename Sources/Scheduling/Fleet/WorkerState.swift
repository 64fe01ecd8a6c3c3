// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A worker that is joined: what it holds, how fast it is, and what it has done.
struct WorkerState: Sendable {
    let id: WorkerID
    let facts: WorkerFacts
    /// Index of the host's name.
    let host: UInt32
    let joined: Instant
    var lastHeard: Instant
    var isDraining = false
    var isQuarantined = false
    /// The training that it has; it gets nothing else meanwhile.
    var training: TrainingSlot?
    /// What it holds.
    var leases = LeaseQueue()
    var speed = WorkerSpeed()
    /// Index of the model it last received work for.
    var model: Int?
    /// When it last was done with an attempt, so that the next one began.
    var lastEnd: Instant?
    var record = WorkerRecord()

    init(id: WorkerID, facts: WorkerFacts, host: UInt32, joined: Instant) {
        self.id = id
        self.facts = facts
        self.host = host
        self.joined = joined
        lastHeard = joined
    }

    /// That its surroundings fail it; nil while they do not.
    private(set) var sickness: Sickness?
    /// Whether it gets nothing because of that.
    private(set) var isResting = false

    /// How its engine gets on.
    private(set) var advance = EngineAdvance()

    /// Whether it may receive shards, or a training.
    var isActive: Bool { isTrusted && training == nil && !isResting && !advance.isStalled }

    /// Whether it could do what others cannot, now or when it is done with what it has.
    var isCapable: Bool { isTrusted && sickness == nil && !advance.isStalled }

    private var isTrusted: Bool { !isDraining && !isQuarantined }

    /// Whether it is leaving and holds nothing more.
    var isDrained: Bool { isDraining && leases.isEmpty && training == nil }

    /// Since when it computes `running`, as far as that can be known from here.
    func runningSince(_ running: Lease) -> Instant { max(running.since, lastEnd ?? running.since) }

    /// Changes what is known of its engine.
    mutating func changeAdvance<Result>(_ body: (inout EngineAdvance) -> Result) -> Result { body(&advance) }

    /// Whether the requeued images were with another worker, on another host, when they came to nothing last.
    func isNew(to segment: Segment) -> Bool { segment.holder != id.rawValue && segment.host != host }

    /// Notes that its surroundings failed it: it rests.
    mutating func sicken(_ reason: String, _ configuration: SchedulingConfiguration, at now: Instant) {
        var sickness = sickness ?? Sickness(reason, at: now)
        sickness.note(reason, isResting: isResting, configuration, at: now)
        self.sickness = sickness
        isResting = true
    }

    /// Ends its rest when that is over: it gets one thing to show that it can work again; returns whether it was.
    mutating func endRest(at now: Instant) -> Bool {
        guard isResting, let sickness, sickness.restsUntil <= now else { return false }
        isResting = false
        return true
    }

    /// Notes that it has computed something: its surroundings serve it; returns whether that is news.
    mutating func recover() -> Bool {
        defer { (sickness, isResting) = (nil, false) }
        return sickness != nil
    }

    /// Learns from a table how fast it is and how far away; returns the seconds that the shard took.
    ///
    /// Without `computeSeconds` of its own measurement the speed is taken from the times at which its tables arrive.
    mutating func learn(
        from lease: Lease,
        costClass: Int,
        computeSeconds: Double?,
        at now: Instant,
        pacing: Pacing
    ) -> Double {
        let sinceBegin = now.seconds(since: runningSince(lease))
        let sojourn = now.seconds(since: lease.since)
        var seconds = sinceBegin
        if let computeSeconds, computeSeconds.isFinite, computeSeconds >= 0 {
            seconds = min(computeSeconds, sojourn)
            let waited = sinceBegin - seconds
            speed.learnRoundTrip(outside: sojourn - seconds, waited: waited, computed: seconds, pacing: pacing)
        }
        let images = lease.attempt.shard.count
        speed.learn(seconds: seconds, images: images, of: costClass, smoothing: pacing.smoothing)
        return seconds
    }
}

/// What a worker has delivered and failed.
struct WorkerRecord: Sendable {
    /// Tables that make up for one shard which others had to compute.
    private static let tablesPerPardon = 32

    private(set) var tables = 0
    private(set) var images = 0
    var engineErrors = 0
    var mismatches = 0
    /// Shards it failed and others computed; one is forgiven with every 32 tables.
    private(set) var refuted = 0
    /// Failures since its last table, all of one cost class, and how many tables that class had before.
    private var streak = 0
    private var streakClass = 0
    private var streakBegin = 0

    /// Counts a delivered table.
    mutating func noteTable(images newImages: Int) {
        tables += 1
        images += newImages
        streak = 0
        if tables.isMultiple(of: WorkerRecord.tablesPerPardon) { refuted = max(0, refuted - 1) }
    }

    /// Counts a shard that it failed and another computed, and returns how many there are.
    mutating func noteRefuted() -> Int {
        refuted += 1
        return refuted
    }

    /// Counts a failure in a row, at a class of which everyone has computed `shards` shards so far.
    ///
    /// Returns the length of the row, and whether others computed shards of the class meanwhile.
    mutating func noteFailure(of costClass: Int, shards: Int) -> (streak: Int, othersSucceed: Bool) {
        if streak == 0 || streakClass != costClass {
            streak = 0
            streakClass = costClass
            streakBegin = shards
        }
        streak += 1
        return (streak, shards > streakBegin)
    }
}

/// A worker's place in its table.
typealias WorkerSlot = SlotTable<WorkerID, WorkerState>.Slot
