// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import TestSupport
import Vocabulary

/// The result of one image: a function of the cell and the position, as the first law has it.
func trueValue(cell: Int, position: Int) -> UInt32 {
    var random = SplitMix64(seed: UInt64(cell) << 32 | UInt64(position))
    return UInt32(truncatingIfNeeded: random.next())
}

/// What goes wrong in a world that should not.
struct Fault: Error, CustomStringConvertible {
    let description: String
}

/// The truth about what was recorded, kept apart from everything that the core believes.
struct SimulatedStore {
    /// One image's result.
    struct Row {
        var value: UInt32
        var recordedBy: WorkerID?
    }

    /// Recorded rows by cell and position; nil where there is none.
    private(set) var rows: [[Row?]]
    /// Images of shards that failed in this life of the coordinator.
    private(set) var failed: [Int: Set<Int>] = [:]
    /// Times a row was written.
    private(set) var writes = 0

    init(images: [Int]) {
        rows = images.map { Array(repeating: nil, count: $0) }
    }

    mutating func write(_ cell: Int, _ positions: Range<Int>, _ lie: UInt32 = 0, by worker: WorkerID? = nil) throws {
        for position in positions {
            guard rows[cell][position] == nil else {
                throw Fault(description: "image \(position) of cell \(cell) was recorded twice")
            }
            let value = trueValue(cell: cell, position: position) ^ lie
            rows[cell][position] = Row(value: value, recordedBy: worker)
            failed[cell]?.remove(position)
            writes += 1
        }
    }

    /// Whether the rows are those of a table that is `lie` off the truth, and who recorded the first that is not.
    func compare(_ cell: Int, _ positions: Range<Int>, _ lie: UInt32) throws -> (areEqual: Bool, recordedBy: WorkerID?)
    {
        for position in positions {
            guard let row = rows[cell][position] else {
                throw Fault(description: "image \(position) of cell \(cell) was compared and never recorded")
            }
            if row.value != trueValue(cell: cell, position: position) ^ lie { return (false, row.recordedBy) }
        }
        return (true, nil)
    }

    mutating func fail(_ cell: Int, _ positions: Range<Int>) throws {
        for position in positions {
            let isNew = failed[cell, default: []].insert(position).inserted
            guard isNew, rows[cell][position] == nil else {
                throw Fault(description: "image \(position) of cell \(cell) failed after its end")
            }
        }
    }

    mutating func forgetFailures() {
        failed = [:]
    }

    var failedImages: Int { failed.values.reduce(0) { $0 + $1.count } }

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
            for position in rows[cell].indices
            where (rows[cell][position] != nil) == (failed[cell]?.contains(position) == true) {
                return "image \(position) of cell \(cell)"
            }
        }
        return nil
    }

    /// Everyone who recorded a number that is not true.
    var liars: Set<WorkerID?> {
        var liars: Set<WorkerID?> = []
        for cell in rows.indices {
            for position in rows[cell].indices {
                guard let row = rows[cell][position] else { continue }
                if row.value != trueValue(cell: cell, position: position) { liars.insert(row.recordedBy) }
            }
        }
        return liars
    }
}
