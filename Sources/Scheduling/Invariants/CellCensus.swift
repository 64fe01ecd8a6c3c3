// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// What the segments of the cells refer to.
struct CellSurroundings {
    var leases: [UInt64: Lease] = [:]
    var awaited: [CellID: [Shard]] = [:]
    var requeued: Set<WorkQueue.Requeued>
    var fresh: Set<WorkQueue.Fresh>
    var checks: [CellSlot: Int] = [:]
}

/// A count of everything the cells hold, made segment by segment and independent of the counts that the core keeps.
struct CellCensus {
    var images = StateTally()
    var unfinishedCells = 0
    var checkedCells = 0
    var checks = 0
    var remaining: [Int]
    var freshSegments = 0

    init(costClasses: Int) {
        remaining = Array(repeating: 0, count: costClasses)
    }

    /// Checks and counts one cell.
    mutating func take(_ cell: CellState, _ slot: CellSlot, _ surroundings: CellSurroundings) throws(InvariantViolation)
    {
        var position: UInt32 = 0
        var own = StateTally()
        var firstFresh: Segment?
        for segment in cell.segments.segments {
            let follows = segment.lower == position && segment.upper > position
            try expect(follows, "\(cell.id) has a gap at \(position)")
            position = segment.upper
            own[segment.state] += segment.count
            try check(segment, cell, slot, surroundings)
            if firstFresh == nil, segment.isFresh { firstFresh = segment }
        }
        try expect(position == cell.images, "\(cell.id) ends at \(position) of \(cell.images)")
        try check(cell, counted: own, checks: surroundings.checks[slot, default: 0])
        guard let firstFresh else { return }
        freshSegments += 1
        try expect(cell.freshFrom <= firstFresh.lower, "\(cell.id) has fresh images before \(cell.freshFrom)")
        let entry = WorkQueue.Fresh(cell: slot, sequence: cell.sequence)
        try expect(surroundings.fresh.contains(entry), "\(cell.id) has fresh images and is not in the queue")
    }

    /// Compares the cell's own counts with what its segments and the checks say, and adds it up.
    private mutating func check(
        _ cell: CellState,
        counted own: StateTally,
        checks cellChecks: Int
    ) throws(InvariantViolation) {
        let unfinished = own[.pending] + own[.leased] + own[.recording]
        try expect(cell.unfinished == unfinished, "\(cell.id) miscounts its unfinished images")
        try expect(cell.failed == own[.failed], "\(cell.id) miscounts its failed images")
        let isHeld = unfinished > 0 || cell.failed > 0 || cell.checks > 0
        try expect(isHeld, "\(cell.id) is complete and still held")
        try expect(cell.checks == cellChecks, "\(cell.id) miscounts its checks")
        checks += cellChecks
        if unfinished == 0, cell.failed == 0 { checkedCells += 1 }
        images += own
        remaining[cell.costClass] += unfinished
        if unfinished > 0 { unfinishedCells += 1 }
    }

    private func check(
        _ segment: Segment,
        _ cell: CellState,
        _ slot: CellSlot,
        _ surroundings: CellSurroundings
    ) throws(InvariantViolation) {
        switch segment.state {
        case .pending where segment.isRequeued:
            let isFound = surroundings.requeued.contains(.init(cell: slot, lower: segment.lower))
            try expect(isFound, "\(cell.id) \(segment.range) is requeued and not in the queue")
        case .leased:
            let lease = surroundings.leases[segment.holder]
            let isHeld = lease.map { $0.attempt.shard.cell == cell.id && $0.attempt.shard.covers(segment) } ?? false
            try expect(isHeld, "\(cell.id) \(segment.range) is leased to nobody")
        case .recording:
            let isAwaited = surroundings.awaited[cell.id]?.contains { $0.covers(segment) } ?? false
            try expect(isAwaited, "\(cell.id) \(segment.range) is being recorded by nobody")
        case .pending, .recorded, .failed: break
        }
    }

    /// Checks the core's own counts.
    func compare(with core: SchedulingCore) throws(InvariantViolation) {
        for state in ImageState.allCases where state != .recorded {
            let (counted, are) = (core.tally[state], images[state])
            try expect(counted == are, "\(counted) images counted as \(state), \(are) are")
        }
        let recorded = core.progressBase.images.recorded + core.progressBase.images.cached
        try expect(core.tally[.recorded] == recorded, "recorded images do not add up")
        try expect(core.unfinishedCells == unfinishedCells, "unfinished cells miscounted: \(core.unfinishedCells)")
        try expect(core.checkedCells == checkedCells, "cells held for checks miscounted: \(core.checkedCells)")
        let checks = core.waitingChecks + core.checks.count
        try expect(checks == self.checks, "a check is of a cell that is not held")
        try expect(core.classStates.map(\.remaining) == remaining, "a cost class miscounts its remaining images")
    }
}

extension Shard {
    fileprivate func covers(_ segment: Segment) -> Bool {
        lower <= segment.lower && segment.upper <= upper
    }
}
