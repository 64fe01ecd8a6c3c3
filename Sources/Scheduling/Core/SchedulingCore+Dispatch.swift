// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Dispatch: who receives which images, and how many of them.
extension SchedulingCore {
    /// Workers in a row that nothing in the queue suits, after which the others wait for the next event.
    private static let mostUnfed = 256

    /// Whether anything waits for a worker.
    private var isWorkWaiting: Bool { !backlog.isQueueEmpty || checks.waitingCount > 0 }

    /// Hands shards to workers with free credit, one each in turn, until either runs out.
    mutating func feedHungryWorkers(at now: Instant) {
        guard run.isDispatching, isWorkWaiting else { return }
        var unfed: [WorkerSlot] = []
        while isWorkWaiting, unfed.count < SchedulingCore.mostUnfed, let workerSlot = fleet.nextHungry() {
            if feed(workerSlot, at: now) { fleet.noteCredit(workerSlot) } else { unfed.append(workerSlot) }
        }
        for workerSlot in unfed { fleet.noteCredit(workerSlot) }
    }

    /// Gives the worker a check or a shard; false when nothing that waits is for it.
    private mutating func feed(_ workerSlot: WorkerSlot, at now: Instant) -> Bool {
        if checks.waitingCount > 0, dispatchCheck(to: workerSlot, at: now) { return true }
        guard let (slot, range) = nextShard(for: workerSlot) else { return false }
        let earlier = backlog[slot].segments.segment(from: range.lowerBound)?.dispatches ?? 0
        let attempt = AttemptIdentity(shard: backlog[slot].shard(range), attempt: earlier + 1, epoch: epoch)
        let model = costTable.model(of: backlog[slot].costClass)
        fleet.change(workerSlot) { $0.model = model }
        send(attempt, for: .result, of: slot, to: workerSlot, at: now)
        return true
    }

    /// The next images for the worker, which are still pending when this returns.
    ///
    /// Requeued shards keep their bounds and go first, to another host than before where that costs nothing.
    private mutating func nextShard(for workerSlot: WorkerSlot) -> (cell: CellSlot, range: Range<UInt32>)? {
        for level in backlog.levels {
            let next =
                nextRequeued(at: level, for: workerSlot, isSameHostWelcome: false)
                ?? nextFresh(at: level, for: workerSlot)
                ?? nextRequeued(at: level, for: workerSlot, isSameHostWelcome: true)
            if let next { return next }
        }
        return nil
    }

    private mutating func nextRequeued(
        at level: Int,
        for workerSlot: WorkerSlot,
        isSameHostWelcome: Bool
    ) -> (cell: CellSlot, range: Range<UInt32>)? {
        let external = { [costTable] (cell: CellState) in costTable.external(of: cell.costClass) }
        return backlog.takeRequeued(at: level) { cell in
            fleet[workerSlot].facts.canCompute(external(cell))
        } where: { segment, cell in
            (isSameHostWelcome || fleet[workerSlot].isNew(to: segment))
                && fleet.suits(workerSlot, segment, of: cell, external(cell), configuration)
        }
    }

    /// The next images of the level that were never dispatched, of the worker's own model while it has cells.
    private mutating func nextFresh(
        at level: Int,
        for workerSlot: WorkerSlot
    ) -> (cell: CellSlot, range: Range<UInt32>)? {
        let worker = fleet[workerSlot]
        let next = backlog.nextFresh(at: level, model: worker.model) { [costTable] model in
            worker.facts.canCompute(costTable.external(ofModel: model))
        }
        guard let (slot, segment) = next else { return nil }
        let size = fleet.pacing.shardImages(
            of: segment.count,
            costClass: backlog[slot].costClass,
            draws: costTable.draws(of: backlog[slot].costClass),
            pending: demand.isComing ? nil : backlog.tally[.pending],
            for: fleet[workerSlot],
            among: fleet.active
        )
        let range = segment.lower..<segment.lower + UInt32(size)
        backlog.change(slot) { cell, _ in cell.takeFresh(upTo: range.upperBound) }
        return (slot, range)
    }

    /// Dispatches an attempt at images of the cell.
    mutating func send(
        _ attempt: AttemptIdentity,
        for purpose: Lease.Purpose,
        of slot: CellSlot,
        to workerSlot: WorkerSlot,
        at now: Instant
    ) {
        backlog.change(slot) { cell, _ in cell.noteAttempt(attempt.attempt) }
        begin(fleet.makeLease(attempt, purpose, at: now), in: slot, at: workerSlot)
        counts.dispatches += 1
        outbox.append(.dispatch(attempt, to: fleet[workerSlot].id))
    }

    /// Gives the worker the lease, and with it the pending images that the attempt covers.
    mutating func begin(_ lease: Lease, in slot: CellSlot, at workerSlot: WorkerSlot) {
        backlog.change(slot) { $0.begin(lease, &$1) }
        let costClass = backlog[slot].costClass
        var lease = lease
        lease.costClass = costClass
        lease.expectedSeconds = expectedSeconds(of: lease.range.count, costClass: costClass, at: workerSlot)
        fleet.append(lease, to: workerSlot)
    }

    /// How long images of the class will keep the worker busy.
    func expectedSeconds(of images: Int, costClass: Int, at workerSlot: WorkerSlot) -> Double {
        let typical = costTable.threadSecondsPerImage(of: costClass)
        return fleet.pacing.expectedSeconds(
            of: images,
            costClass: costClass,
            typical: typical,
            at: fleet[workerSlot]
        )
    }
}
