// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

// Cells: they come in order, wait, and leave when their last image is recorded.
extension SchedulingCore {
    /// Asks for more cells when half of the window is under way.
    mutating func requestCells() {
        guard phase == .running, moreCells, !areCellsAwaited, !cellsRequested else { return }
        let waiting = queue.freshCells
        guard waiting <= configuration.cellWindow / 2 else { return }
        cellsRequested = true
        outbox.append(.wantsCells(configuration.cellWindow - waiting))
    }

    /// Whether cells are on their way that need no training: until then nothing is at its end.
    var areCellsComing: Bool { moreCells && !areCellsAwaited }

    mutating func add(_ newCells: [CellWork], more: Bool, areAwaited: Bool, at now: Instant) {
        cellsRequested = false
        moreCells = more
        // What they waited for may have ended while they were looked for; then they are asked for again.
        areCellsAwaited = more && areAwaited && openTrainings > 0
        for work in newCells where cells.slot(of: work.id) == nil && !completed.contains(work.id) {
            add(work, at: now)
        }
        if !more { cancelClaims() }
    }

    private mutating func add(_ work: CellWork, at now: Instant) {
        precondition(work.images >= 0 && work.images < Int(UInt32.max), "cell \(work.id) has \(work.images) images")
        precondition((work.recorded.last?.upperBound ?? 0) <= work.images, "cell \(work.id) is recorded beyond its end")
        let costClass = index(of: work.costClass)
        let cached = work.recorded.reduce(0) { $0 + $1.count }
        let pending = work.images - cached
        progressBase.cells.total += 1
        progressBase.images.cached += cached
        tally[.recorded] += cached
        tally[.pending] += pending
        classStates[costClass].remaining += pending
        if pending > 0 {
            hold(work, costClass, pending: pending)
            if work.isHopeless { abandon(work.id, at: now) }
            adoptClaims(on: work.id, at: now)
        } else {
            progressBase.cells.cached += 1
            progressBase.cells.recorded += 1
            completed.insert(work.id)
            settleClaims(on: work.id)
            outbox.append(.cellReleased(work.id))
        }
    }

    /// Holds a cell of which `pending` images are to be computed.
    private mutating func hold(_ work: CellWork, _ costClass: Int, pending: Int) {
        let recorded = work.recorded.map { UInt32($0.lowerBound)..<UInt32($0.upperBound) }
        let state = CellState(
            id: work.id,
            images: UInt32(work.images),
            costClass: costClass,
            sequence: nextSequence,
            priority: work.priority,
            segments: SegmentMap(count: UInt32(work.images), recorded: recorded),
            unfinished: pending
        )
        let slot = cells.insert(state, for: work.id)
        nextSequence += 1
        unfinishedCells += 1
        guard !work.isHopeless else { return }
        let entry = WorkQueue.Fresh(cell: slot, sequence: cells[slot].sequence)
        queue.append(entry, model: classStates[costClass].model, priority: work.priority)
    }

    /// Fails what is not recorded of a cell that nobody can compute.
    private mutating func abandon(_ id: CellID, at now: Instant) {
        guard let slot = cells.slot(of: id) else { return }
        update(slot, 0..<cells[slot].images) { segment in
            if segment.state == .pending { segment.settle(.failed) }
        }
        progressBase.counts.failedShards += 1
        closeIfFinished(slot)
        stopIfTooManyFailed(at: now)
    }

    private mutating func index(of costClass: CostClass) -> Int {
        let index = costClasses.index(of: costClass)
        if index == classStates.count {
            classStates.append(ClassState(model: models.index(of: costClass.model)))
        }
        return index
    }

    /// Changes the segments of `range` in the cell at `slot` and keeps every count in step.
    mutating func update(_ slot: CellSlot, _ range: Range<UInt32>, _ change: (inout Segment) -> Void) {
        var moved = StateTally()
        var finished = 0
        let cuts = cells[slot].segments.update(range) { segment in
            let old = segment.state
            change(&segment)
            moved.move(segment.count, from: old, to: segment.state)
            finished += segment.count * (segment.state.finality - old.finality)
        }
        if cuts.atLower { noteRequeued(slot, at: range.lowerBound) }
        if cuts.atUpper { noteRequeued(slot, at: range.upperBound) }
        tally += moved
        cells[slot].failed += moved[.failed]
        guard finished != 0 else { return }
        classStates[cells[slot].costClass].remaining -= finished
        let wasUnfinished = cells[slot].unfinished > 0
        cells[slot].unfinished -= finished
        unfinishedCells += (cells[slot].unfinished > 0 ? 1 : 0) - (wasUnfinished ? 1 : 0)
    }

    /// Makes sure that the requeued segment beginning at `position`, if there is one, will be found.
    mutating func noteRequeued(_ slot: CellSlot, at position: UInt32) {
        guard let segment = cells[slot].segments.segment(from: position), segment.isRequeued else { return }
        queue.append(WorkQueue.Requeued(cell: slot, lower: position), priority: cells[slot].priority)
    }

    /// Reports the cell at `slot` when its last image reached its end.
    mutating func closeIfFinished(_ slot: CellSlot) {
        guard cells[slot].unfinished == 0 else { return }
        outbox.append(.cellFinished(cells[slot].id, failed: cells[slot].failed))
        guard cells[slot].failed == 0 else { return }
        progressBase.cells.recorded += 1
        checkedCells += 1
        cells[slot].history = []
        releaseIfChecked(slot)
    }

    /// Forgets the cell at `slot`, of which every image is recorded, when no check needs it.
    mutating func releaseIfChecked(_ slot: CellSlot) {
        guard cells[slot].unfinished == 0, cells[slot].failed == 0, cells[slot].checks == 0 else { return }
        let id = cells[slot].id
        checkedCells -= 1
        completed.insert(id)
        cells.remove(id)
        outbox.append(.cellReleased(id))
    }
}

extension ImageState {
    /// 1 where nothing more has to happen to the image, else 0.
    fileprivate var finality: Int { self == .recorded || self == .failed ? 1 : 0 }
}
