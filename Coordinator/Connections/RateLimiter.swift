// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling

/// Allows so many things in each second, so that a flood of one kind does not drown the rest.
struct RateLimiter {
    private let perSecond: Int
    private var second: Int64 = -1
    private var count = 0

    init(perSecond: Int) {
        self.perSecond = perSecond
    }

    /// Whether another one is allowed at `now`; asking counts.
    mutating func allows(at now: Instant) -> Bool {
        let second = now.nanoseconds / 1_000_000_000
        if second != self.second { (self.second, count) = (second, 0) }
        count += 1
        return count <= perSecond
    }
}
