// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Recorded images that another worker computes again: an audit, or with an accused the arbitration of a difference.
struct Check: Sendable {
    /// Place of the cell, which stays while the check is waiting or running.
    let cell: CellSlot
    let range: Range<UInt32>
    /// Who computed the recorded rows, and its host; nil where an earlier life of the coordinator recorded them.
    let recorder: WorkerID?
    let recorderHost: UInt32?
    /// Who gave rows that differ.
    var accused: WorkerID?
    /// Engine errors so far.
    var errors = 0

    var isArbitration: Bool { accused != nil }
}

/// The two attempts of which the first table wins.
struct Race: Sendable {
    let original: SchedulingCore.Delivery
    let copy: SchedulingCore.Delivery

    func rival(of runner: SchedulingCore.Delivery) -> SchedulingCore.Delivery? {
        runner == original ? copy : runner == copy ? original : nil
    }
}
