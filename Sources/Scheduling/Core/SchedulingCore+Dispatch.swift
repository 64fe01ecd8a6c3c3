// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan

// Dispatch: who receives which images, and how many of them.
extension SchedulingCore {
    /// Requeued shards looked at for one that suits the worker better.
    private static let requeuedInView = 16

    /// Hands shards to workers with free credit, one each in turn, until either runs out.
    mutating func feedHungryWorkers(at now: Instant) {
        guard phase == .running, !queue.isEmpty else { return }
        var unfed: [Int] = []
        while !queue.isEmpty, let workerSlot = hungry.popFirst() {
            guard workers.isOccupied(workerSlot), workers[workerSlot].isHungry else { continue }
            if !hasCredit(workerSlot) {
                workers[workerSlot].isHungry = false
            } else if let (slot, range) = nextShard(for: workerSlot) {
                dispatch(range, of: slot, to: workerSlot, at: now)
                workers[workerSlot].isHungry = hasCredit(workerSlot)
                if workers[workerSlot].isHungry { hungry.append(workerSlot) }
            } else {
                unfed.append(workerSlot)
            }
        }
        for workerSlot in unfed { hungry.append(workerSlot) }
    }

    private mutating func dispatch(_ range: Range<UInt32>, of slot: Int, to workerSlot: Int, at now: Instant) {
        let shard = Shard(cell: cells[slot].id, lower: Int(range.lowerBound), upper: Int(range.upperBound))
        let earlier = cells[slot].segments.segment(from: range.lowerBound)?.dispatches ?? 0
        let attempt = AttemptIdentity(shard: shard, attempt: earlier + 1, epoch: epoch)
        begin(makeLease(attempt, isAdopted: false, isComputed: false, at: now), workerSlot, slot)
        workers[workerSlot].model = classStates[cells[slot].costClass].model
        progressBase.counts.dispatches += 1
        outbox.append(.dispatch(attempt, to: workers[workerSlot].id))
    }

    /// The next images for the worker, which are still pending when this returns.
    ///
    /// Requeued shards keep their bounds and go first, to another host than before where that costs nothing.
    private mutating func nextShard(for workerSlot: Int) -> (cell: Int, range: Range<UInt32>)? {
        nextRequeued(for: workerSlot, sameHost: false)
            ?? nextFresh(for: workerSlot)
            ?? nextRequeued(for: workerSlot, sameHost: true)
    }

    private mutating func nextRequeued(for workerSlot: Int, sameHost: Bool) -> (cell: Int, range: Range<UInt32>)? {
        var offset = 0
        while offset < min(queue.requeued.count, SchedulingCore.requeuedInView) {
            let entry = queue.requeued[offset]
            guard let segment = requeuedSegment(entry) else {
                queue.requeued.remove(at: offset)
                continue
            }
            if suits(segment, workerSlot, sameHost: sameHost) {
                queue.requeued.remove(at: offset)
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
    func suits(_ segment: Segment, _ workerSlot: Int, sameHost: Bool) -> Bool {
        let isSameWorker = segment.holder == workers[workerSlot].id.rawValue
        if isSameWorker, segment.errors > 0, activeWorkers > 1 { return false }
        return sameHost || !(isSameWorker || segment.host == workers[workerSlot].host)
    }

    /// The next fresh images, of the worker's own model while it has cells.
    private mutating func nextFresh(for workerSlot: Int) -> (cell: Int, range: Range<UInt32>)? {
        while queue.freshCells > 0 {
            let own = workers[workerSlot].model.flatMap { queue.firstFresh(model: $0) == nil ? nil : $0 }
            guard let model = own ?? queue.earliestModel, let entry = queue.firstFresh(model: model) else { return nil }
            if cells.isOccupied(entry.cell), cells[entry.cell].sequence == entry.sequence,
                let segment = cells[entry.cell].segments.firstFresh(from: cells[entry.cell].freshFrom)
            {
                let size = shardImages(segment.count, workerSlot, cells[entry.cell].costClass)
                let range = segment.lower..<segment.lower + UInt32(size)
                cells[entry.cell].freshFrom = range.upperBound
                return (entry.cell, range)
            }
            queue.removeFirstFresh(model: model)
        }
        return nil
    }

    /// How many of `available` images the worker receives: about the target duration of work, in equal parts.
    ///
    /// Bounds of shards decide who computes what, never a number.
    private func shardImages(_ available: Int, _ workerSlot: Int, _ costClass: Int) -> Int {
        let worker = workers[workerSlot]
        let bySpeed = imagesOfTargetDuration(worker, costClass)
        // Fewer images than threads would leave threads idle.
        let size = max(min(bySpeed, imagesOfTail(worker, bySpeed)), Double(worker.facts.threads))
        let most = Int(min(size, Double(configuration.maximumShardImages)))
        let parts = (available + most - 1) / most
        return (available + parts - 1) / parts
    }

    /// The most that the worker may take of what is left, so that nobody still computes when the others are done.
    ///
    /// That is half of what falls to its threads, but no less than an eighth of the target duration, below which
    /// another shard costs more than it saves.
    private func imagesOfTail(_ worker: WorkerState, _ bySpeed: Double) -> Double {
        if moreCells || activeWorkers < 2 { return .infinity }
        let share = Double(worker.facts.threads) / Double(activeThreads)
        return max(Double(tally[.pending]) * share / 2, bySpeed / 8)
    }

    private func imagesOfTargetDuration(_ worker: WorkerState, _ costClass: Int) -> Double {
        let target = configuration.targetShardDuration.inSeconds
        if costClass < worker.secondsPerImage.count, worker.secondsPerImage[costClass] > 0 {
            return target / worker.secondsPerImage[costClass]
        }
        if let expected = worker.facts.imagesPerSecond, expected > 0 { return target * expected }
        return Double(configuration.firstShardImagesPerThread * worker.facts.threads)
    }
}
