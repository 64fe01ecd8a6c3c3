// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A contiguous range of a cell's images; the unit that is dispatched.
///
/// Shard boundaries never change a number: they only decide who computes it when.
public struct Shard: Hashable, Sendable {
    /// The cell whose images these are.
    public var cell: CellID
    /// Position in the cell's slice of the first image.
    public var lower: Int
    /// Position in the cell's slice after the last image; greater than `lower`.
    public var upper: Int

    /// The images at positions `lower ..< upper` of the slice of `cell`.
    public init(cell: CellID, lower: Int, upper: Int) {
        self.cell = cell
        self.lower = lower
        self.upper = upper
    }

    /// The positions in the cell's slice.
    public var positions: Range<Int> { lower..<upper }
    /// Number of images.
    public var count: Int { upper - lower }
}

extension Shard: Comparable {
    /// Orders shards by cell, then by position.
    public static func < (left: Shard, right: Shard) -> Bool {
        (left.cell, left.lower, left.upper) < (right.cell, right.lower, right.upper)
    }
}

extension Shard: CustomStringConvertible {
    /// The cell's id and the positions, as in `0123…cdef[0..<64]`.
    public var description: String { "\(cell)[\(lower)..<\(upper)]" }
}

/// One dispatch of one shard to one worker.
///
/// Every dispatch has an identity of its own, so a late result of an earlier one is recognised as such.
public struct AttemptIdentity: Hashable, Sendable {
    /// What is computed.
    public var shard: Shard
    /// Which dispatch of this shard, counted from 1 within a run.
    public var attempt: UInt32
    /// Which life of the coordinator dispatched it; grows with every start of the same run.
    public var epoch: UInt64

    /// The `attempt`-th dispatch of `shard`, made in `epoch`.
    public init(shard: Shard, attempt: UInt32, epoch: UInt64) {
        self.shard = shard
        self.attempt = attempt
        self.epoch = epoch
    }
}

extension AttemptIdentity: CustomStringConvertible {
    /// The shard, the attempt and the epoch, as in `0123…cdef[0..<64] attempt 2 of epoch 1`.
    public var description: String { "\(shard) attempt \(attempt) of epoch \(epoch)" }
}
