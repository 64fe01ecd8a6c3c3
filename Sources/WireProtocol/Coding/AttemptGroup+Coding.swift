// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Vocabulary

extension AttemptIdentity {
    /// Whether both can be in one group.
    func isOfGroup(of other: AttemptIdentity) -> Bool {
        shard.cell == other.shard.cell && epoch == other.epoch
    }

    /// The attempts of one group, `limit` of them at most.
    static func list(
        _ proto: ProtoAttemptGroup,
        _ field: StaticString,
        limit: Int
    ) throws(WireError) -> [AttemptIdentity] {
        let cell = try FieldCheck.cell(proto.cell, field)
        let gaps = try FieldCheck.list(proto.gaps, field, limit: limit)
        guard gaps.count > 0, gaps.count == proto.counts.count, gaps.count == proto.numbers.count else {
            let counts = "\(gaps.count) gaps, \(proto.counts.count) counts and \(proto.numbers.count) numbers"
            throw .invalidField("\(field)", reason: counts)
        }
        var attempts: [AttemptIdentity] = []
        attempts.reserveCapacity(gaps.count)
        var end = 0
        for (position, gap) in gaps.enumerated() {
            let count = Int(proto.counts[position])
            let span = try Run.range(after: end, gap: gap, count: count, limit: Int(UInt32.max), field)
            attempts.append(
                try AttemptIdentity(
                    cell: cell,
                    lower: span.lowerBound,
                    upper: span.upperBound,
                    number: proto.numbers[position],
                    epoch: proto.epoch,
                    field
                )
            )
            end = span.upperBound
        }
        return attempts
    }
}

extension ProtoAttemptGroup {
    /// The attempts of `elements`, which are of one group.
    init<Element>(_ elements: ArraySlice<Element>, _ attempt: (Element) -> AttemptIdentity) {
        self.init()
        gaps.reserveCapacity(elements.count)
        counts.reserveCapacity(elements.count)
        numbers.reserveCapacity(elements.count)
        var end = 0
        for element in elements {
            let attempt = attempt(element)
            if gaps.isEmpty {
                cell = .init(attempt.shard.cell.bytes)
                epoch = attempt.epoch
            }
            gaps.append(Int64(attempt.shard.lower - end))
            counts.append(UInt32(attempt.shard.count))
            numbers.append(attempt.attempt)
            end = attempt.shard.upper
        }
    }
}

/// Consecutive numbers, given by the distance to those before.
enum Run {
    /// The `count` numbers, at most 2^32 of them, that start `gap` after `end`.
    ///
    /// - Throws: where they do not stay between 0 and `limit`, which is excluded.
    static func range(
        after end: Int,
        gap: Int64,
        count: Int,
        limit: Int,
        _ field: StaticString
    ) throws(WireError) -> Range<Int> {
        let (start, overflow) = end.addingReportingOverflow(Int(gap))
        guard !overflow, start >= 0, start <= limit - count else {
            throw .invalidField("\(field)", reason: "a number below 0 or not below \(limit)")
        }
        return start..<start + count
    }
}

extension Array {
    /// The longest slices whose neighbours are alike.
    func runs(areAlike: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
        var runs: [ArraySlice<Element>] = []
        var start = startIndex
        for position in indices.dropFirst() where !areAlike(self[position - 1], self[position]) {
            runs.append(self[start..<position])
            start = position
        }
        if start < endIndex { runs.append(self[start...]) }
        return runs
    }
}
