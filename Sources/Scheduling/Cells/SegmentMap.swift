// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// The images of one cell, divided into segments.
///
/// The segments are ascending, not empty, and cover every image exactly once: that each image has exactly one state is
/// a property of the representation, not of the code that changes it. Neighbours that are both recorded, failed or
/// fresh, or parts of one lease, are one segment, so that a cell has about as many segments as it has shards in flight.
struct SegmentMap: Sendable {
    private(set) var segments: [Segment]

    /// `count` images, recorded at `recorded` (ascending and disjoint) and pending elsewhere.
    init(count: UInt32, recorded: [Range<UInt32>] = []) {
        segments = []
        var position: UInt32 = 0
        for range in recorded where !range.isEmpty {
            if position < range.lowerBound { segments.append(Segment(position..<range.lowerBound, .pending)) }
            segments.append(Segment(range, .recorded))
            position = range.upperBound
        }
        if position < count { segments.append(Segment(position..<count, .pending)) }
    }

    /// The images by state, counted.
    var tally: StateTally {
        segments.reduce(into: StateTally()) { $0[$1.state] += $1.count }
    }

    /// The index of the segment that holds `position`, or the number of segments when none does.
    ///
    /// - Complexity: O(log segments).
    func index(at position: UInt32) -> Int {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].upper <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The segment that begins at `position`.
    func segment(from position: UInt32) -> Segment? {
        let index = index(at: position)
        return index < segments.count && segments[index].lower == position ? segments[index] : nil
    }

    /// The first segment from `position` on that was never dispatched.
    func firstFresh(from position: UInt32) -> Segment? {
        segments[index(at: position)...].first { $0.isFresh }
    }

    /// Whether the statement is true of any segment of `range`.
    func contains(in range: Range<UInt32>, where isWanted: (Segment) -> Bool) -> Bool {
        segments[index(at: range.lowerBound)...].prefix { $0.lower < range.upperBound }.contains(where: isWanted)
    }

    /// Applies `change` to every segment of `range`, after cutting those that reach beyond it.
    ///
    /// Returns which ends of the range cut a segment in two.
    mutating func update(
        _ range: Range<UInt32>,
        _ change: (inout Segment) -> Void
    ) -> (atLower: Bool, atUpper: Bool) {
        let first = index(at: range.lowerBound)
        let cutsLower = cut(first, at: range.lowerBound)
        var cutsUpper = false
        var index = cutsLower ? first + 1 : first
        while index < segments.count, segments[index].lower < range.upperBound {
            if cut(index, at: range.upperBound) { cutsUpper = true }
            change(&segments[index])
            index += 1
        }
        joinNeighbours(in: max(first, 1) - 1..<min(index + 1, segments.count))
        return (cutsLower, cutsUpper)
    }

    /// Divides the segment at `index` where `position` is inside it.
    private mutating func cut(_ index: Int, at position: UInt32) -> Bool {
        guard index < segments.count, segments[index].lower < position, position < segments[index].upper else {
            return false
        }
        var left = segments[index]
        left.upper = position
        segments[index].lower = position
        segments.insert(left, at: index)
        return true
    }

    private mutating func joinNeighbours(in indices: Range<Int>) {
        guard var kept = indices.first else { return }
        for index in indices.dropFirst() {
            if SegmentMap.areOne(segments[kept], segments[index]) {
                segments[kept].upper = segments[index].upper
            } else {
                kept += 1
                segments[kept] = segments[index]
            }
        }
        segments.removeSubrange(kept + 1..<indices.upperBound)
    }

    func checkInvariants(images: UInt32, of cell: CellID) throws(InvariantViolation) {
        var position: UInt32 = 0
        for segment in segments {
            let follows = segment.lower == position && segment.upper > position
            try expect(follows, "\(cell) has a gap at \(position)")
            position = segment.upper
        }
        try expect(position == images, "\(cell) ends at \(position) of \(images)")
    }

    private static func areOne(_ left: Segment, _ right: Segment) -> Bool {
        guard left.state == right.state else { return false }
        switch left.state {
        case .recorded, .failed: return true
        case .pending: return left.isFresh && right.isFresh
        case .leased: return left.isLike(right)
        case .recording: return false
        }
    }
}
