// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing

@testable import Coordinator

/// What the loop does every so often, and what it does no oftener than.
@Suite("Time of the loop")
struct LoopTimeTests {
    private static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("a rate limiter allows so many in each second and forgets the rest")
    func rateLimiter() {
        var limiter = RateLimiter(perSecond: 2)
        #expect([100, 200, 300, 900].map { limiter.allows(at: Self.at($0)) } == [true, true, false, false])
        #expect([1_000, 1_999, 1_999].map { limiter.allows(at: Self.at($0)) } == [true, true, false])
        #expect([60_000].map { limiter.allows(at: Self.at($0)) } == [true])
    }

    @Test("an interval is due a length after it was last, however late that was")
    func interval() {
        var interval = Recurrence(.seconds(1))
        #expect(
            [0, 999, 1_000, 1_001, 1_999, 2_500, 3_000, 3_500].map { interval.isDue(at: Self.at($0)) }
                == [false, false, true, false, false, true, false, true]
        )
    }
}
