// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan

/// The result of one image: a function of the cell and the position, as the first law has it.
func trueValue(cell: Int, position: Int) -> UInt32 {
    var random = SplitMix64(seed: UInt64(cell) << 32 | UInt64(position))
    return UInt32(truncatingIfNeeded: random.next())
}

/// The truth about what was recorded, kept apart from everything that the core believes.
struct SimulatedStore {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Recorded values by cell and position; nil where there is none.
    private(set) var rows: [[UInt32?]]
    /// Images of shards that failed in this life of the coordinator.
    private(set) var failed: [Set<Int>]
    /// Times a row was written.
    private(set) var writes = 0

    init(images: [Int]) {
        rows = images.map { Array(repeating: nil, count: $0) }
        failed = images.map { _ in [] }
    }

    mutating func write(_ cell: Int, _ positions: Range<Int>) throws {
        for position in positions {
            guard rows[cell][position] == nil else {
                throw Fault(description: "image \(position) of cell \(cell) was recorded twice")
            }
            rows[cell][position] = trueValue(cell: cell, position: position)
            failed[cell].remove(position)
            writes += 1
        }
    }

    func compare(_ cell: Int, _ positions: Range<Int>) throws -> Bool {
        for position in positions where rows[cell][position] == nil {
            throw Fault(description: "image \(position) of cell \(cell) was compared and never recorded")
        }
        return positions.allSatisfy { rows[cell][$0] == trueValue(cell: cell, position: $0) }
    }

    mutating func fail(_ cell: Int, _ positions: Range<Int>) throws {
        for position in positions where rows[cell][position] != nil || !failed[cell].insert(position).inserted {
            throw Fault(description: "image \(position) of cell \(cell) failed after its end")
        }
    }

    mutating func forgetFailures() {
        failed = rows.map { _ in [] }
    }

    /// Positions with rows, as ranges.
    func recorded(_ cell: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for position in rows[cell].indices where rows[cell][position] != nil {
            if let last = ranges.last, last.upperBound == position {
                ranges[ranges.count - 1] = last.lowerBound..<position + 1
            } else {
                ranges.append(position..<position + 1)
            }
        }
        return ranges
    }

    /// The first image that has neither a row nor a failure, or both.
    var firstUnsettled: String? {
        for cell in rows.indices {
            for position in rows[cell].indices where (rows[cell][position] != nil) == failed[cell].contains(position) {
                return "image \(position) of cell \(cell)"
            }
        }
        return nil
    }
}
