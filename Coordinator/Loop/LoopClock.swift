// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling

/// The time of a loop, counted from the clock's making.
struct LoopClock: Sendable {
    private let origin = ContinuousClock.now

    var now: Scheduling.Instant { Scheduling.Instant().advanced(by: origin.duration(to: .now)) }
}

/// Something that is due again and again.
struct Recurrence {
    private let length: Duration
    private var last = Scheduling.Instant()

    /// First due one `length` after the origin of its clock.
    init(_ length: Duration) {
        self.length = length
    }

    /// Whether it is due at `now`; then the next one is due a length later.
    mutating func isDue(at now: Scheduling.Instant) -> Bool {
        guard last.duration(to: now) >= length else { return false }
        last = now
        return true
    }
}
