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
    /// Attempts it holds, in the order in which it works on them.
    private(set) var leases = Queue<Lease>()
    /// Seconds of work in `leases`, as expected when they began.
    private(set) var heldSeconds = 0.0
    /// When some of `leases` were last asked back.
    private var retractedAt: Instant?
    /// Seconds per image for each cost class; 0 where unknown.
    private var secondsPerImage: [Double] = []
    /// Seconds from a dispatch to the table, without the computation and the wait for earlier shards.
    private(set) var roundTrip: Double?
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

    /// Whether it is leaving and holds nothing more.
    var isDrained: Bool { isDraining && leases.isEmpty && training == nil }

    // What it holds

    /// The attempt that it computes: it works in the order of dispatch.
    var running: Lease? { leases.offset { !$0.isComputed }.map { leases[$0] } }

    /// Since when it computes `running`, as far as that can be known from here.
    func runningSince(_ running: Lease) -> Instant { max(running.since, lastEnd ?? running.since) }

    /// The lease of the attempt; nil when there is none.
    func lease(of attempt: AttemptIdentity) -> Lease? { offset(of: attempt).map { leases[$0] } }

    /// Whether it holds an attempt at any shard of the cell.
    func holds(_ cell: CellID) -> Bool { leases.offset { $0.attempt.shard.cell == cell } != nil }

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

    private func offset(of attempt: AttemptIdentity) -> Int? { leases.offset { $0.attempt == attempt } }

    // What it may receive and give back

    /// Whether it may receive the requeued images, `isAlone` when it is the only active worker.
    ///
    /// It does not get back what its engine refused while anyone else could try it: the fault may be its own.
    func suits(_ segment: Segment, isAlone: Bool, isSameHostWelcome: Bool) -> Bool {
        let isSameWorker = segment.holder == id.rawValue
        if isSameWorker, segment.errors > 0, !isAlone { return false }
        return isSameHostWelcome || !(isSameWorker || segment.host == host)
    }

    /// Whether it was asked for shards after `earliest` and still holds them.
    func isAnswerDue(since earliest: Instant) -> Bool {
        guard let retractedAt, retractedAt > earliest else { return false }
        return leases.offset(where: \.isRetracted) != nil
    }

    /// The number and the expected seconds of the shards that it has not begun, as far as their order tells.
    var waiting: (shards: Int, seconds: Double) {
        var (isBehindRunning, shards, seconds) = (false, 0, 0.0)
        for offset in 0..<leases.count where !leases[offset].isComputed {
            if isBehindRunning, leases[offset].mayBeRetracted {
                shards += 1
                seconds += leases[offset].expectedSeconds
            }
            isBehindRunning = true
        }
        return (shards, seconds)
    }

    /// Marks the later half of what waits as asked back, and returns it in its order.
    mutating func retractHalf(at now: Instant) -> [AttemptIdentity] {
        retractedAt = now
        let kept = waiting.shards / 2
        var (isBehindRunning, passed) = (false, 0)
        var attempts: [AttemptIdentity] = []
        for offset in 0..<leases.count where !leases[offset].isComputed {
            if isBehindRunning, leases[offset].mayBeRetracted {
                passed += 1
                if passed > kept {
                    leases[offset].isRetracted = true
                    attempts.append(leases[offset].attempt)
                }
            }
            isBehindRunning = true
        }
        return attempts
    }

    // How fast it is

    /// The measured seconds per image of a cost class; nil where there are none.
    func measuredSeconds(of costClass: Int) -> Double? {
        costClass < secondsPerImage.count && secondsPerImage[costClass] > 0 ? secondsPerImage[costClass] : nil
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
            learnRoundTrip(outside: sojourn - seconds, waited: waited, computed: seconds, pacing: pacing)
        }
        // A nanosecond at least, so that a speed is known and finite even where two instants are equal.
        let measured = max(seconds, 1e-9) / Double(lease.attempt.shard.count)
        while secondsPerImage.count <= costClass { secondsPerImage.append(0) }
        let old = secondsPerImage[costClass]
        secondsPerImage[costClass] = old == 0 ? measured : old + pacing.smoothing * (measured - old)
        record.latestRate = 1 / secondsPerImage[costClass]
        return seconds
    }

    /// Learns the round trip from the time a shard spent outside the computation.
    ///
    /// A worker that waited before it began the shard had nothing else: all of that time was the way there and back. One
    /// that was busy may hold more than it needs, which the time outside cannot tell from a long way; so the estimate
    /// then shrinks slowly, until the worker waits again.
    private mutating func learnRoundTrip(
        outside: Double,
        waited: Double,
        computed: Double,
        pacing: Pacing
    ) {
        var new: Double
        if waited > min(outside / 4, computed / 8) {
            new = roundTrip.map { $0 + pacing.smoothing * (outside - $0) } ?? outside
        } else if let roundTrip {
            new = min(roundTrip, outside) - max(0, waited + computed) / 16
        } else {
            return
        }
        new = min(max(new, 0), pacing.longestRoundTrip)
        roundTrip = new
    }
}

/// A worker's place in its table.
typealias WorkerSlot = SlotTable<WorkerID, WorkerState>.Slot
