// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A cell that is waiting or under way.
struct CellState: Sendable {
    let id: CellID
    let images: UInt32
    /// Index of the cost class.
    let costClass: Int
    /// Position in the order of the sweep; tells the cell from others that had its place.
    let sequence: UInt64
    let priority: Int
    var segments: SegmentMap
    /// Images neither recorded nor failed.
    var unfinished: Int
    /// Images that failed.
    var failed = 0
    /// No image before this one is fresh.
    var freshFrom: UInt32 = 0
    /// Greatest number of an attempt at any shard that was dispatched, from which copies and checks count on.
    var lastAttempt: UInt32 = 0
    /// Audits and arbitrations that wait or run; the cell is held while there are any.
    var checks = 0
    /// Failed attempts at images without a result, oldest first.
    var history: [AttemptRecord] = []
}

/// A cell's place in its table.
typealias CellSlot = SlotTable<CellID, CellState>.Slot

/// How many images are in each state.
struct StateTally: Hashable, Sendable {
    private var counts: SIMD8<Int> = .zero

    subscript(state: ImageState) -> Int {
        get { counts[Int(state.rawValue)] }
        set { counts[Int(state.rawValue)] = newValue }
    }

    /// Counts `images` in `new` that were in `old`.
    mutating func move(_ images: Int, from old: ImageState, to new: ImageState) {
        self[old] -= images
        self[new] += images
    }

    static func += (left: inout StateTally, right: StateTally) {
        left.counts &+= right.counts
    }
}
