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
