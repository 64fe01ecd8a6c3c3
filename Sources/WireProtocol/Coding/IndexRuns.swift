// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension ProtoIndexRuns {
    /// The indices of `elements`, one element's after another's.
    init<Element>(_ elements: ArraySlice<Element>, _ indices: (Element) -> [UInt32]) {
        self.init()
        var start = 0
        var end = 0
        var previous = 0
        func finishRun() {
            guard end > start else { return }
            gaps.append(Int64(start - previous))
            lengths.append(UInt32(end - start))
            previous = end
        }
        for element in elements {
            for index in indices(element).lazy.map(Int.init) {
                if index != end {
                    finishRun()
                    start = index
                }
                end = index + 1
            }
        }
        finishRun()
    }

    /// The `count` indices, a bounded number.
    func expanded(count: Int, _ field: StaticString) throws(WireError) -> [UInt32] {
        guard gaps.count == lengths.count else {
            throw .invalidField("\(field)", reason: "\(gaps.count) gaps and \(lengths.count) lengths")
        }
        var indices: [UInt32] = []
        indices.reserveCapacity(count)
        var end = 0
        for (position, gap) in gaps.enumerated() {
            let run = try Run.range(after: end, gap: gap, count: Int(lengths[position]), limit: 1 << 32, field)
            guard run.count <= count - indices.count else {
                throw .invalidField("\(field)", reason: "more than \(count) indices for as many images")
            }
            for index in run { indices.append(UInt32(index)) }
            end = run.upperBound
        }
        guard indices.count == count else {
            throw .invalidField("\(field)", reason: "\(indices.count) indices for \(count) images")
        }
        return indices
    }
}

/// What a list has for each image of a group, dealt out to the attempts one after another.
struct GroupShares {
    private let indices: [UInt32]
    private let field: StaticString
    private var position = 0

    init(_ runs: ProtoIndexRuns, images: Int, _ field: StaticString) throws(WireError) {
        indices = try runs.expanded(count: images, field)
        self.field = field
    }

    /// The positions in the group and the indices of the images of the next attempt.
    mutating func next(_ count: Int) throws(WireError) -> (positions: Range<Int>, indices: [UInt32]) {
        let positions = position..<position + count
        position += count
        let share = Array(indices[positions])
        for index in share.indices.dropFirst() where share[index - 1] >= share[index] {
            throw .invalidField("\(field)", reason: "indices of a shard must ascend")
        }
        return (positions, share)
    }
}
