// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A cell that is waiting or under way.
///
/// Its images change by the methods below alone; each names what happens to a shard, and tells `changes` of it.
struct CellState: Sendable {
    let id: CellID
    let images: UInt32
    /// Index of the cost class.
    let costClass: Int
    /// Position in the order of the sweep; tells the cell from others that had its place.
    let sequence: UInt64
    let priority: Int
    private(set) var segments: SegmentMap
    /// Images neither recorded nor failed.
    private(set) var unfinished: Int
    /// Images that failed.
    private(set) var failed = 0
    /// No image before this one is fresh.
    private(set) var freshFrom: UInt32 = 0
    /// Greatest number of an attempt at any shard that was dispatched, from which copies and checks count on.
    private(set) var lastAttempt: UInt32 = 0
    /// Audits and arbitrations that wait or run; the cell is held while there are any.
    var checks = 0
    /// Failed attempts at images without a result, oldest first.
    private(set) var history: [AttemptRecord] = []

    init(_ work: CellWork, costClass: Int, sequence: UInt64) {
        id = work.id
        images = UInt32(work.images)
        self.costClass = costClass
        self.sequence = sequence
        priority = work.priority
        let recorded = work.recorded.map { UInt32($0.lowerBound)..<UInt32($0.upperBound) }
        segments = SegmentMap(count: images, recorded: recorded)
        unfinished = work.recorded.reduce(work.images) { $0 - $1.count }
    }

    var isRecorded: Bool { unfinished == 0 && failed == 0 }
    /// The first images that were never dispatched.
    var firstFresh: Segment? { segments.firstFresh(from: freshFrom) }

    /// Whether the shard's bounds are a range of the cell; they may come from outside.
    func contains(_ shard: Shard) -> Bool {
        shard.lower >= 0 && shard.lower < shard.upper && shard.upper <= Int(images)
    }

    func shard(_ range: Range<UInt32>) -> Shard {
        Shard(cell: id, lower: Int(range.lowerBound), upper: Int(range.upperBound))
    }

    /// Whether any image of the shard has no result yet.
    func lacks(_ shard: Shard) -> Bool {
        segments.contains(in: shard.range) { $0.state != .recorded && $0.state != .recording }
    }

    /// Whether the lease covers images, rather than being beaten already.
    func isCovered(by lease: Lease) -> Bool {
        segments.contains(in: lease.range) { $0.state == .leased && $0.holder == lease.serial }
    }

    /// Failed attempts at any image of the shard.
    func failures(at shard: Shard) -> [AttemptRecord] {
        history.filter { $0.attempt.shard.positions.overlaps(shard.positions) }
    }

    /// How often and where the segment was tried in vain.
    func trials(at segment: Segment) -> Trials { Self.trials(at: segment, history) }

    private static func trials(at segment: Segment, _ history: [AttemptRecord]) -> Trials {
        let positions = Int(segment.lower)..<Int(segment.upper)
        let records = history.filter { $0.attempt.shard.positions.overlaps(positions) }
        return Trials(errors: Int(segment.errors), losses: Int(segment.losses), records)
    }

    // What happens to a shard

    /// Notes that the images up to `position` were chosen for a dispatch.
    mutating func takeFresh(upTo position: UInt32) { freshFrom = position }

    /// Notes the number of a dispatched attempt.
    mutating func noteAttempt(_ number: UInt32) { lastAttempt = max(lastAttempt, number) }

    /// Gives the pending images that the lease covers to its worker.
    mutating func begin(_ lease: Lease, _ changes: inout CellChanges) {
        update(lease.range, &changes) { segment in
            guard segment.state == .pending else { return }
            segment.state = .leased
            segment.holder = lease.serial
            // The number of an adopted attempt came from outside and is not counted on from.
            segment.dispatches = lease.isAdopted ? max(segment.dispatches, 1) : lease.attempt.attempt
        }
    }

    /// Notes that a copy of the lease's attempt has the number `attempt`.
    mutating func renumber(_ range: Range<UInt32>, attempt: UInt32, _ changes: inout CellChanges) {
        update(range, &changes) { if $0.state == .leased { $0.dispatches = attempt } }
    }

    /// Takes a table in: images without a result are being recorded from here on, the others are to be compared.
    mutating func take(_ shard: Shard, _ changes: inout CellChanges) -> [(positions: Range<Int>, isNew: Bool)] {
        var parts: [(positions: Range<Int>, isNew: Bool)] = []
        update(shard.range, &changes) { segment in
            let isNew = segment.state != .recorded && segment.state != .recording
            if isNew { segment.settle(.recording) }
            if let last = parts.last, last.isNew == isNew {
                parts[parts.count - 1].positions = last.positions.lowerBound..<Int(segment.upper)
            } else {
                parts.append((Int(segment.lower)..<Int(segment.upper), isNew))
            }
        }
        return parts
    }

    /// Notes that the images of the range are committed, all of which were being recorded.
    mutating func record(_ range: Range<UInt32>, _ changes: inout CellChanges) {
        update(range, &changes) { segment in
            precondition(
                segment.state == .recording,
                "images \(segment.range) were committed and are not being recorded"
            )
            segment.settle(.recorded)
        }
        if isRecorded { history = [] }
    }

    /// Notes that the store cannot take the images of the range, all of which were being recorded.
    mutating func refuse(_ range: Range<UInt32>, _ changes: inout CellChanges) {
        update(range, &changes) { if $0.state == .recording { $0.settle(.failed) } }
    }

    /// Ends the lease of an attempt that came to nothing: its images go to the heir, which runs on, or wait again.
    ///
    /// Returns how many shards wait, and those that used up a budget and have failed instead.
    mutating func release(
        _ lease: Lease,
        of worker: WorkerID,
        on host: UInt32,
        to heir: Lease?,
        after failure: AttemptFailure,
        isSpent: (Trials) -> Bool,
        _ changes: inout CellChanges
    ) -> (requeued: Int, spent: [Shard]) {
        var requeued: [UInt32] = []
        var spent: [Range<UInt32>] = []
        let history = history
        update(lease.range, &changes) { segment in
            guard segment.state == .leased, segment.holder == lease.serial else { return }
            segment.charge(failure)
            if let heir {
                segment.holder = heir.serial
            } else if failure.isHeldAgainstShard, isSpent(Self.trials(at: segment, history)) {
                spent.append(segment.range)
                segment.settle(.failed)
            } else {
                requeued.append(segment.lower)
                segment.requeue(after: worker, on: host)
            }
        }
        changes.requeued += requeued
        return (requeued.count, spent.map(shard))
    }

    /// Fails what is pending, which nobody can compute, and returns it.
    mutating func abandon(_ changes: inout CellChanges) -> [Shard] {
        var abandoned: [Range<UInt32>] = []
        update(0..<images, &changes) { segment in
            guard segment.state == .pending else { return }
            abandoned.append(segment.range)
            segment.settle(.failed)
        }
        return abandoned.map(shard)
    }

    /// Fails what waits since a worker was lost with it; returns the shards.
    mutating func failLost(_ changes: inout CellChanges) -> [Shard] {
        var lost: [Range<UInt32>] = []
        update(0..<images, &changes) { segment in
            guard segment.isRequeued, segment.losses > 0 else { return }
            lost.append(segment.range)
            segment.settle(.failed)
        }
        return lost.map(shard)
    }

    /// Failed attempts that are kept; more than any budgets of shards under way need.
    private static let mostHistory = 4096

    /// Keeps a failed attempt.
    ///
    /// One that its worker came with and that covers no images says nothing of what is still to be computed, and one
    /// whose worker vanished counts now and then. What is kept is bounded all the same; the oldest go first.
    mutating func note(_ record: AttemptRecord, of lease: Lease) {
        let isVanishing = record.failure == .workerLost(.vanished)
        let covers = segments.contains(in: lease.range) { segment in
            segment.state == .leased && segment.holder == lease.serial && (!isVanishing || segment.isLossDue)
        }
        guard covers || !(lease.isAdopted || isVanishing) else { return }
        if history.count >= Self.mostHistory { history.removeFirst(Self.mostHistory / 2) }
        history.append(record)
    }

    /// Forgets the failed attempts at shards inside of this one, which has a result, and returns them.
    mutating func forgiveFailures(at shard: Shard) -> [AttemptRecord] {
        guard !history.isEmpty else { return [] }
        let isInside = { (record: AttemptRecord) in
            shard.lower <= record.attempt.shard.lower && record.attempt.shard.upper <= shard.upper
        }
        let forgiven = history.filter(isInside)
        history.removeAll(where: isInside)
        return forgiven
    }

    /// Changes the segments of the range; one that is cut in two is requeued as two.
    private mutating func update(
        _ range: Range<UInt32>,
        _ changes: inout CellChanges,
        _ change: (inout Segment) -> Void
    ) {
        var moved = StateTally()
        let cuts = segments.update(range) { segment in
            let old = segment.state
            change(&segment)
            if segment.state != old { moved.move(segment.count, from: old, to: segment.state) }
        }
        unfinished += moved.unfinished
        failed += moved[.failed]
        changes.moved += moved
        if cuts.atLower { noteCut(at: range.lowerBound, &changes) }
        if cuts.atUpper { noteCut(at: range.upperBound, &changes) }
    }

    private func noteCut(at position: UInt32, _ changes: inout CellChanges) {
        if segments.segment(from: position)?.isRequeued == true { changes.requeued.append(position) }
    }

    func checkInvariants() throws(InvariantViolation) {
        try segments.checkInvariants(images: images, of: id)
        let isFresh = segments.segments.first(where: \.isFresh).map { freshFrom <= $0.lower } ?? true
        try expect(isFresh, "\(id) has fresh images before \(freshFrom)")
        let counted = segments.tally
        try expect(unfinished == counted.unfinished, "\(id) miscounts its unfinished images")
        try expect(failed == counted[.failed], "\(id) miscounts its failed images")
        try expect(!isRecorded || checks > 0, "\(id) is complete and still held")
    }
}

/// A cell's place in its table.
typealias CellSlot = SlotTable<CellID, CellState>.Slot
