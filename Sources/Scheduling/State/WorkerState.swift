// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

/// A worker's right to an attempt while it keeps giving signs of life.
struct Lease: Sendable {
    let attempt: AttemptIdentity
    /// Names the lease in the segments it covers.
    let serial: UInt64
    let since: Instant
    /// Whether the worker came with the attempt, so that its beginning is not known.
    let isAdopted: Bool
    /// Whether the worker has the table, so that it does not compute the attempt any more.
    var isComputed = false

    var range: Range<UInt32> { UInt32(attempt.shard.lower)..<UInt32(attempt.shard.upper) }
}

/// A worker that is joined.
struct WorkerState: Sendable {
    let id: WorkerID
    var facts: WorkerFacts
    /// Index of the host's name.
    var host: UInt32
    let joined: Instant
    var lastHeard: Instant
    var isDraining = false
    var isHungry = false
    /// Attempts it holds, in the order in which it works on them.
    var leases: [Lease] = []
    /// Seconds per image for each cost class; 0 where unknown.
    var secondsPerImage: [Double] = []
    /// Index of the model it last received work for.
    var model: Int?
    var lastTable: Instant?
    var tables = 0
    var images = 0
    var engineErrors = 0
    var mismatches = 0
    var latestRate: Double?

    init(id: WorkerID, facts: WorkerFacts, host: UInt32, joined: Instant) {
        self.id = id
        self.facts = facts
        self.host = host
        self.joined = joined
        lastHeard = joined
    }

    /// Ends the lease of `attempt` and returns it.
    mutating func removeLease(of attempt: AttemptIdentity) -> Lease? {
        guard let index = leases.firstIndex(where: { $0.attempt == attempt }) else { return nil }
        return leases.remove(at: index)
    }
}
