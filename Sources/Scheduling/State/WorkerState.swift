// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A worker that is joined.
struct WorkerState: Sendable {
    let id: WorkerID
    var facts: WorkerFacts
    /// Index of the host's name.
    var host: UInt32
    let joined: Instant
    var lastHeard: Instant
    var isDraining = false
    var isQuarantined = false
    /// Whether it is in the queue of workers with free credit, and in the one of those that hold nothing.
    var isHungry = false
    var isIdleListed = false
    /// Index of the training that it has; it gets nothing else meanwhile.
    var training: Int?
    /// Attempts it holds, in the order in which it works on them.
    var leases = Queue<Lease>()
    /// Seconds of work in `leases`, as expected when they began.
    var heldSeconds = 0.0
    /// When some of `leases` were last asked back.
    var retractedAt: Instant?
    /// Seconds per image for each cost class; 0 where unknown.
    var secondsPerImage: [Double] = []
    /// Seconds from a dispatch to the table, without the computation and the wait for earlier shards.
    var roundTrip: Double?
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

    /// Whether it may receive shards, or a training.
    var isActive: Bool { !isDraining && !isQuarantined && training == nil }

    /// The attempt that it computes: it works in the order of dispatch.
    var running: Lease? { leases.offset { !$0.isComputed }.map { leases[$0] } }

    /// Since when it computes `running`, as far as that can be known from here.
    func runningSince(_ running: Lease) -> Instant { max(running.since, lastEnd ?? running.since) }

    /// How far behind the first the lease of `attempt` is; nil when there is none.
    func offset(of attempt: AttemptIdentity) -> Int? { leases.offset { $0.attempt == attempt } }

    mutating func append(_ lease: Lease) {
        leases.append(lease)
        heldSeconds += lease.expectedSeconds
    }

    /// Ends the lease of `attempt` and returns it.
    mutating func removeLease(of attempt: AttemptIdentity) -> Lease? {
        guard let offset = offset(of: attempt) else { return nil }
        let lease = leases[offset]
        leases.remove(at: offset)
        // Not by subtraction alone, which would leave the rounding errors of a million shards.
        heldSeconds = leases.isEmpty ? 0 : max(0, heldSeconds - lease.expectedSeconds)
        return lease
    }

    /// Learns the seconds per image of a cost class.
    mutating func learn(_ measured: Double, _ costClass: Int, smoothing: Double) {
        while secondsPerImage.count <= costClass { secondsPerImage.append(0) }
        let old = secondsPerImage[costClass]
        secondsPerImage[costClass] = old == 0 ? measured : old + smoothing * (measured - old)
        record.latestRate = 1 / secondsPerImage[costClass]
    }

    /// The measured seconds per image of a cost class; nil where there are none.
    func measuredSeconds(_ costClass: Int) -> Double? {
        costClass < secondsPerImage.count && secondsPerImage[costClass] > 0 ? secondsPerImage[costClass] : nil
    }
}

/// A worker's place in its table.
typealias WorkerSlot = SlotTable<WorkerID, WorkerState>.Slot

/// What a worker has delivered and failed.
struct WorkerRecord: Sendable {
    var tables = 0
    var images = 0
    var engineErrors = 0
    var mismatches = 0
    var latestRate: Double?
    /// Shards it failed and others computed; one is forgiven with every 32 tables.
    var refuted = 0
    /// Failures since its last table, all of one cost class, and how many tables that class had before.
    var streak = 0
    var streakClass = 0
    var streakBegin = 0
}
