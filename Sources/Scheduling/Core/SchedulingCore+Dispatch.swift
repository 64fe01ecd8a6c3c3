// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Dispatch: who receives which images, and how many of them.
extension SchedulingCore {
    /// Requeued shards looked at for one that suits the worker better.
    private static let requeuedInView = 16
    /// Workers in a row that nothing in the queue suits, after which the others wait for the next event.
    private static let mostUnfed = 256

    /// Whether anything waits for a worker.
    var isWorkWaiting: Bool { !queue.isEmpty || waitingChecks > 0 }

    /// Hands shards to workers with free credit, one each in turn, until either runs out.
    mutating func feedHungryWorkers(at now: Instant) {
        guard isDispatching, isWorkWaiting else { return }
        var unfed: [WorkerSlot] = []
        while isWorkWaiting, unfed.count < SchedulingCore.mostUnfed, let workerSlot = nextHungry() {
            if feed(workerSlot, at: now) { noteCredit(workerSlot) } else { unfed.append(workerSlot) }
        }
        for workerSlot in unfed { noteCredit(workerSlot) }
    }

    /// The next worker with free credit: those that hold nothing go first.
    private mutating func nextHungry() -> WorkerSlot? {
        while let slot = idle.popFirst() {
            guard workers.isOccupied(slot), workers[slot].isIdleListed else { continue }
            workers[slot].isIdleListed = false
            if workers[slot].leases.isEmpty, hasCredit(slot) { return slot }
        }
        while let slot = hungry.popFirst() {
            guard workers.isOccupied(slot), workers[slot].isHungry else { continue }
            workers[slot].isHungry = false
            if hasCredit(slot) { return slot }
        }
        return nil
    }

    /// Gives the worker a check or a shard; false when nothing that waits is for it.
    private mutating func feed(_ workerSlot: WorkerSlot, at now: Instant) -> Bool {
        if waitingChecks > 0, dispatchCheck(to: workerSlot, at: now) { return true }
        guard let (slot, range) = nextShard(for: workerSlot) else { return false }
        let shard = Shard(cell: cells[slot].id, lower: Int(range.lowerBound), upper: Int(range.upperBound))
        let earlier = cells[slot].segments.segment(from: range.lowerBound)?.dispatches ?? 0
        let attempt = AttemptIdentity(shard: shard, attempt: earlier + 1, epoch: epoch)
        workers[workerSlot].model = classStates[cells[slot].costClass].model
        send(attempt, .result, to: workerSlot, slot, at: now)
        return true
    }

    /// Dispatches an attempt at images of the cell at `slot`.
    mutating func send(
        _ attempt: AttemptIdentity,
        _ purpose: Lease.Purpose,
        to workerSlot: WorkerSlot,
        _ slot: CellSlot,
        at now: Instant
    ) {
        cells[slot].lastAttempt = max(cells[slot].lastAttempt, attempt.attempt)
        begin(makeLease(attempt, purpose, at: now), workerSlot, slot)
        progressBase.counts.dispatches += 1
        outbox.append(.dispatch(attempt, to: workers[workerSlot].id))
    }

    /// The next images for the worker, which are still pending when this returns.
    ///
    /// Requeued shards keep their bounds and go first, to another host than before where that costs nothing.
    private mutating func nextShard(for workerSlot: WorkerSlot) -> (cell: CellSlot, range: Range<UInt32>)? {
        for level in queue.levels.indices where !queue.levels[level].isEmpty {
            let next =
                nextRequeued(level, for: workerSlot, sameHost: false)
                ?? nextFresh(level, for: workerSlot)
                ?? nextRequeued(level, for: workerSlot, sameHost: true)
            if let next { return next }
        }
        return nil
    }

    private mutating func nextRequeued(
        _ level: Int,
        for workerSlot: WorkerSlot,
        sameHost: Bool
    ) -> (cell: CellSlot, range: Range<UInt32>)? {
        var offset = 0
        while offset < min(queue.levels[level].requeued.count, SchedulingCore.requeuedInView) {
            let entry = queue.levels[level].requeued[offset]
            guard let segment = requeuedSegment(entry) else {
                queue.levels[level].requeued.remove(at: offset)
                continue
            }
            if suits(segment, workerSlot, sameHost: sameHost) {
                queue.levels[level].requeued.remove(at: offset)
                return (entry.cell, segment.range)
            }
            offset += 1
        }
        return nil
    }

    /// The segment that the entry stands for; nil when its images went another way since.
    func requeuedSegment(_ entry: WorkQueue.Requeued) -> Segment? {
        guard cells.isOccupied(entry.cell), let segment = cells[entry.cell].segments.segment(from: entry.lower) else {
            return nil
        }
        return segment.isRequeued ? segment : nil
    }

    /// A worker does not get back what its engine refused while anyone else could try it: the fault may be its own.
    func suits(_ segment: Segment, _ workerSlot: WorkerSlot, sameHost: Bool) -> Bool {
        let isSameWorker = segment.holder == workers[workerSlot].id.rawValue
        if isSameWorker, segment.errors > 0, activeWorkers > 1 { return false }
        return sameHost || !(isSameWorker || segment.host == workers[workerSlot].host)
    }

    /// The next fresh images of the level, of the worker's own model while it has cells.
    private mutating func nextFresh(_ level: Int, for workerSlot: WorkerSlot) -> (cell: CellSlot, range: Range<UInt32>)?
    {
        while queue.levels[level].freshCells > 0 {
            let own = workers[workerSlot].model.flatMap { queue.levels[level].firstFresh(model: $0) == nil ? nil : $0 }
            guard let model = own ?? queue.levels[level].earliestModel,
                let entry = queue.levels[level].firstFresh(model: model)
            else { return nil }
            if cells.isOccupied(entry.cell), cells[entry.cell].sequence == entry.sequence,
                let segment = cells[entry.cell].segments.firstFresh(from: cells[entry.cell].freshFrom)
            {
                // Read before the call: passed from within it, the compiler copies the whole core.
                let costClass = cells[entry.cell].costClass
                let size = shardImages(segment.count, workerSlot, costClass)
                let range = segment.lower..<segment.lower + UInt32(size)
                cells[entry.cell].freshFrom = range.upperBound
                return (entry.cell, range)
            }
            queue.levels[level].removeFirstFresh(model: model)
        }
        return nil
    }
}
