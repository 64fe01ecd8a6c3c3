// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How many images are in each state, or moved there.
struct StateTally: Hashable, Sendable {
    private var counts: SIMD8<Int> = .zero

    subscript(state: ImageState) -> Int {
        get { counts[Int(state.rawValue)] }
        set { counts[Int(state.rawValue)] = newValue }
    }

    /// All images.
    var total: Int { counts.wrappedSum() }
    /// Images neither recorded nor failed.
    var unfinished: Int { self[.pending] + self[.leased] + self[.recording] }

    /// Counts `images` in `new` that were in `old`.
    mutating func move(_ images: Int, from old: ImageState, to new: ImageState) {
        self[old] -= images
        self[new] += images
    }

    static func += (left: inout StateTally, right: StateTally) {
        left.counts &+= right.counts
    }
}

/// What changes of one cell did, for the totals and the queue.
struct CellChanges {
    /// Images that left and reached each state.
    var moved = StateTally()
    /// First images of segments that wait again.
    var requeued: [UInt32] = []
}
