// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The cells that were given: those under way with the state of each image, and the ids of those that are recorded.
///
/// A cell is changed through ``change(_:_:)`` alone, which keeps the totals and the queue in step with its images.
struct Backlog: Sendable {
    /// Requeued shards looked at for one that suits a worker better.
    private static let requeuedInView = 16

    private var cells = SlotTable<CellID, CellState>()
    /// Cells of which every image is recorded; they would otherwise look like cells that are still to come.
    private var completed: Set<CellID> = []
    private var queue = WorkQueue()
    private var nextSequence: UInt64 = 0

    /// The images of all cells by state.
    private(set) var tally = StateTally()
    /// Images neither recorded nor failed, by cost class.
    private(set) var remaining: [Int] = []
    /// Cells under way with images that are neither recorded nor failed.
    private(set) var unfinishedCells = 0
    /// Cells of which every image is recorded, held for their checks.
    private(set) var checkedCells = 0
    private(set) var recordedCells = 0
    /// What was recorded before it was given.
    private(set) var cached = (cells: 0, images: 0)

    /// Cells given so far.
    var count: Int { completed.count + cells.count }
    /// Cells of which every image is recorded or has failed, at least one of them failed.
    var failedCells: Int { cells.count - unfinishedCells - checkedCells }
    var isQueueEmpty: Bool { queue.isEmpty }
    /// Cells in the queue that have images which were never dispatched, and shards that were.
    var freshCells: Int { queue.freshCells }

    /// Those of the models that `isPossible` says.
    func freshCells(where isPossible: (_ model: Int) -> Bool) -> Int { queue.freshCells(where: isPossible) }

    var requeuedShards: Int { queue.requeuedShards }
    /// The priorities in the queue, highest first, by number.
    var levels: Range<Int> { queue.levels.indices }
    /// The places of the cells under way.
    var slots: [CellSlot] { cells.slots }

    /// The place of a cell under way; nil when it was not given or is recorded.
    func slot(of cell: CellID) -> CellSlot? { cells.slot(of: cell) }

    /// Whether every image of the cell is recorded, and nothing but its id is kept.
    func isComplete(_ cell: CellID) -> Bool { completed.contains(cell) }

    subscript(slot: CellSlot) -> CellState {
        _read { yield cells[slot] }
    }

    // Cells

    /// Takes a cell in, after all others of its priority and model; nil when every image of it is recorded.
    mutating func add(_ work: CellWork, costClass: Int, model: Int) -> CellSlot? {
        precondition(work.images >= 0 && work.images < Int(UInt32.max), "cell \(work.id) has \(work.images) images")
        precondition((work.recorded.last?.upperBound ?? 0) <= work.images, "cell \(work.id) is recorded beyond its end")
        while remaining.count <= costClass { remaining.append(0) }
        let recorded = work.recorded.reduce(0) { $0 + $1.count }
        cached.images += recorded
        tally[.recorded] += recorded
        tally[.pending] += work.images - recorded
        guard recorded < work.images else {
            cached.cells += 1
            recordedCells += 1
            completed.insert(work.id)
            return nil
        }
        let cell = CellState(work, costClass: costClass, sequence: nextSequence)
        nextSequence += 1
        remaining[costClass] += cell.unfinished
        unfinishedCells += 1
        let slot = cells.insert(cell, for: work.id)
        if !work.isHopeless {
            let entry = WorkQueue.Fresh(cell: slot, sequence: cells[slot].sequence)
            queue.append(entry, model: model, priority: work.priority)
        }
        return slot
    }

    /// Changes a cell, and the totals and the queue with it.
    @inline(__always)
    mutating func change<Result>(
        _ slot: CellSlot,
        _ body: (inout CellState, inout CellChanges) -> Result
    ) -> Result {
        var changes = CellChanges()
        let result = body(&cells[slot], &changes)
        if changes.moved != StateTally() { count(changes.moved, of: slot) }
        for lower in changes.requeued {
            queue.append(WorkQueue.Requeued(cell: slot, lower: lower), priority: cells[slot].priority)
        }
        return result
    }

    private mutating func count(_ moved: StateTally, of slot: CellSlot) {
        tally += moved
        guard moved.unfinished != 0 else { return }
        let (unfinished, before) = (cells[slot].unfinished, cells[slot].unfinished - moved.unfinished)
        remaining[cells[slot].costClass] += moved.unfinished
        unfinishedCells += (unfinished > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
        guard cells[slot].isRecorded else { return }
        recordedCells += 1
        checkedCells += 1
    }

    /// Forgets the cell, of which nothing but the id is kept; false while an image of it or a check is left.
    mutating func releaseIfDone(_ slot: CellSlot) -> Bool {
        guard cells[slot].isRecorded, cells[slot].checks == 0 else { return false }
        checkedCells -= 1
        completed.insert(cells[slot].id)
        cells.remove(cells[slot].id)
        return true
    }

    // Images that wait

    /// Takes the first requeued shard of the level that is possible and wanted out of the queue.
    ///
    /// One that is not possible is passed over without being looked at: those that nobody here can compute keep none of the
    /// others from view.
    mutating func takeRequeued(
        at level: Int,
        whereModel isPossible: (CellState) -> Bool,
        where isWanted: (Segment, CellState) -> Bool
    ) -> (cell: CellSlot, range: Range<UInt32>)? {
        var (offset, seen) = (0, 0)
        while offset < queue.levels[level].requeued.count, seen < Backlog.requeuedInView {
            let entry = queue.levels[level].requeued[offset]
            guard let segment = segment(of: entry) else {
                queue.levels[level].requeued.remove(at: offset)
                continue
            }
            if isPossible(cells[entry.cell]) {
                if isWanted(segment, cells[entry.cell]) {
                    queue.levels[level].requeued.remove(at: offset)
                    return (entry.cell, segment.range)
                }
                seen += 1
            }
            offset += 1
        }
        return nil
    }

    /// The segment that the entry stands for; nil when its images went another way since.
    func segment(of entry: WorkQueue.Requeued) -> Segment? {
        guard cells.isOccupied(entry.cell), let segment = cells[entry.cell].segments.segment(from: entry.lower) else {
            return nil
        }
        return segment.isRequeued ? segment : nil
    }

    /// The next images of the level that were never dispatched, of this model while it has any, else of another that
    /// `isPossible` says.
    mutating func nextFresh(
        at level: Int,
        model: Int?,
        where isPossible: (_ model: Int) -> Bool
    ) -> (cell: CellSlot, segment: Segment)? {
        while queue.levels[level].freshCells > 0 {
            let next = queue.levels[level].nextFresh(preferring: model, where: isPossible)
            guard let (model, entry) = next else { return nil }
            if cells.isOccupied(entry.cell), cells[entry.cell].sequence == entry.sequence,
                let segment = cells[entry.cell].firstFresh
            {
                return (entry.cell, segment)
            }
            queue.levels[level].removeFirstFresh(model: model)
        }
        return nil
    }

    // Invariants

    /// The first images of each level that wait again, as far as they are looked at for everyone.
    var requeuedInView: [(segment: Segment, cell: CellSlot)] {
        queue.levels.flatMap { level in
            level.requeued.prefix(Backlog.requeuedInView / 2).compactMap { entry in
                segment(of: entry).map { ($0, entry.cell) }
            }
        }
    }

    /// The cost classes of cells of which some image was never dispatched.
    var freshClasses: Set<Int> {
        let fresh = cells.slots.filter { cells[$0].segments.segments.contains(where: \.isFresh) }
        return Set(fresh.map { cells[$0].costClass })
    }

    func checkCounts() throws(InvariantViolation) {
        let isPositive = ImageState.allCases.allSatisfy { tally[$0] >= 0 } && unfinishedCells >= 0
        try expect(isPositive, "a count is negative")
        try expect(unfinishedCells + checkedCells <= cells.count, "more cells are unfinished or checked than held")
        try expect(recordedCells == completed.count + checkedCells, "recorded cells do not add up")
    }

    /// Counts everything anew, cell by cell.
    func checkInvariants() throws(InvariantViolation) {
        let queued = (requeued: queue.requeued, fresh: queue.fresh)
        try expect(queued.fresh.count == queue.freshCells, "fresh cells miscounted")
        var counted = (images: StateTally(), unfinished: 0, checked: 0)
        var left = remaining.map { _ in 0 }
        for slot in cells.slots {
            let cell = cells[slot]
            try cell.checkInvariants()
            counted.images += cell.segments.tally
            counted.unfinished += cell.unfinished > 0 ? 1 : 0
            counted.checked += cell.isRecorded ? 1 : 0
            left[cell.costClass] += cell.unfinished
            for segment in cell.segments.segments where segment.isRequeued {
                let isFound = queued.requeued.contains(.init(cell: slot, lower: segment.lower))
                try expect(isFound, "\(cell.id) \(segment.range) is requeued and not in the queue")
            }
            let isFound = cell.firstFresh == nil || queued.fresh.contains(.init(cell: slot, sequence: cell.sequence))
            try expect(isFound, "\(cell.id) has fresh images and is not in the queue")
        }
        for state in ImageState.allCases where state != .recorded {
            let (counts, are) = (tally[state], counted.images[state])
            try expect(counts == are, "\(counts) images counted as \(state), \(are) are")
        }
        try expect(unfinishedCells == counted.unfinished, "unfinished cells miscounted: \(unfinishedCells)")
        try expect(checkedCells == counted.checked, "cells held for checks miscounted: \(checkedCells)")
        try expect(remaining == left, "a cost class miscounts its remaining images")
    }
}
