// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Scheduling

/// Lines for the user, each of which the log keeps too; it belongs to the loop's thread.
final class Notices {
    /// The log alone, for what the user need not see.
    let log: Logger

    private let status: RunStatus
    private let clock: LoopClock
    private var limiter = RateLimiter(perSecond: 5)

    init(_ status: RunStatus, log: Logger, clock: LoopClock) {
        self.status = status
        self.log = log
        self.clock = clock
    }

    /// The time by the loop's clock.
    var now: Instant { clock.now }

    /// Tells the user.
    func note(_ line: String, _ level: Logger.Level = .notice, _ metadata: Logger.Metadata = [:]) {
        status.notice(line)
        log.log(level: level, "\(line)", metadata: metadata)
    }

    /// Tells the user of something that anybody who reaches the port can bring about, the first few of a second.
    func noteLimited(_ line: String, _ level: Logger.Level, _ metadata: Logger.Metadata = [:]) {
        if limiter.allows(at: clock.now) { note(line, level, metadata) }
    }
}
