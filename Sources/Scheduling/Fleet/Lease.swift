// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A worker's right to an attempt while it keeps giving signs of life.
struct Lease: Sendable {
    /// What an attempt is for.
    enum Purpose: UInt8, Sendable {
        /// Images without a result.
        case result
        /// A second try at images that another worker computes.
        case speculation
        /// A comparison with recorded images; the lease covers no segment.
        case check
    }

    let attempt: AttemptIdentity
    /// Names the lease in the segments it covers.
    let serial: UInt64
    let since: Instant
    let purpose: Purpose
    /// Whether the worker came with the attempt, so that its beginning is not known.
    let isAdopted: Bool
    /// Whether the worker has the table, so that it does not compute the attempt any more.
    var isComputed = false
    /// Whether it was asked back.
    var isRetracted = false
    /// Whether others were given its images before the worker came back with it.
    var isStale = false
    /// Index of the cost class; nil while the cell is not known.
    var costClass: Int?
    /// How long it is expected to keep the worker busy.
    var expectedSeconds = 0.0

    /// Whether it may be asked back while it waits.
    var mayBeRetracted: Bool { !isComputed && purpose == .result && costClass != nil }
    var range: Range<UInt32> { attempt.shard.range }
}

/// The leases of one worker, in the order in which it works on them.
struct LeaseQueue: Sendable {
    private var leases = Queue<Lease>()
    /// Seconds of work in the queue, as expected when it was given.
    private(set) var seconds = 0.0
    /// When some of it was last asked back.
    private var retractedAt: Instant?

    var count: Int { leases.count }
    var isEmpty: Bool { leases.isEmpty }

    /// The attempt that the worker computes.
    var running: Lease? { leases.offset { !$0.isComputed }.map { leases[$0] } }

    /// The lease of the attempt; nil when there is none.
    func lease(of attempt: AttemptIdentity) -> Lease? { offset(of: attempt).map { leases[$0] } }

    /// Whether an attempt at any shard of the cell is here.
    func contains(_ cell: CellID) -> Bool { leases.offset { $0.attempt.shard.cell == cell } != nil }

    mutating func append(_ lease: Lease) {
        leases.append(lease)
        seconds += lease.expectedSeconds
    }

    /// Ends the lease of `attempt` and returns it.
    mutating func remove(_ attempt: AttemptIdentity) -> Lease? {
        guard let offset = offset(of: attempt) else { return nil }
        let lease = leases[offset]
        leases.remove(at: offset)
        // Not by subtraction alone, which would leave the rounding errors of a million shards.
        seconds = leases.isEmpty ? 0 : Swift.max(0, seconds - lease.expectedSeconds)
        return lease
    }

    private func offset(of attempt: AttemptIdentity) -> Int? { leases.offset { $0.attempt == attempt } }

    /// The expected seconds are those of the leases, but for rounding.
    func checkInvariants() throws(InvariantViolation) {
        let expected = leases.reduce(0) { $0 + $1.expectedSeconds }
        try expect(abs(seconds - expected) <= 1e-6 * (1 + expected), "\(seconds) s are held, \(expected) s are")
    }

    // Asking back

    /// Whether shards were asked back after `earliest` and are still here.
    func isAnswerDue(since earliest: Instant) -> Bool {
        guard let retractedAt, retractedAt > earliest else { return false }
        return leases.offset(where: \.isRetracted) != nil
    }

    /// The number and the expected seconds of the shards that were not begun, as far as their order tells.
    var waiting: (shards: Int, seconds: Double) {
        var waiting = (shards: 0, seconds: 0.0)
        forEachWaiting { offset in
            waiting.shards += 1
            waiting.seconds += leases[offset].expectedSeconds
        }
        return waiting
    }

    /// Marks the later half of what waits as asked back, and returns it in its order.
    mutating func retractHalf(at now: Instant) -> [AttemptIdentity] {
        retractedAt = now
        var offsets: [Int] = []
        forEachWaiting { offsets.append($0) }
        return offsets.suffix((offsets.count + 1) / 2).map { offset in
            leases[offset].isRetracted = true
            return leases[offset].attempt
        }
    }

    private func forEachWaiting(_ body: (Int) -> Void) {
        guard let running = leases.offset(where: { !$0.isComputed }) else { return }
        for offset in running + 1..<leases.count where leases[offset].mayBeRetracted { body(offset) }
    }
}

extension LeaseQueue: Sequence {
    func makeIterator() -> IndexingIterator<ArraySlice<Lease>> { leases.makeIterator() }
}
