// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

/// A kernel timer that becomes readable at a steady pace; the loop that polls it needs no clock of its own.
struct Ticker: ~Copyable {
    let descriptor: Int32

    /// Ticks every `interval`, first after one interval.
    init(every interval: Duration) throws(ZeroMQError) {
        precondition(interval > .zero, "a ticker needs a positive interval")
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        guard descriptor >= 0 else { throw .last(.wakeup) }
        let (seconds, attoseconds) = interval.components
        let time = timespec(tv_sec: Int(seconds), tv_nsec: max(Int(attoseconds / 1_000_000_000), seconds == 0 ? 1 : 0))
        var timing = itimerspec(it_interval: time, it_value: time)
        guard unsafe timerfd_settime(descriptor, 0, &timing, nil) == 0 else { throw .last(.wakeup) }
    }

    /// Takes the ticks since the last call, merged into one.
    ///
    /// - Returns: whether there was a tick.
    borrowing func take() -> Bool {
        var count: UInt64 = 0
        return unsafe read(descriptor, &count, 8) == 8
    }

    deinit {
        close(descriptor)
    }
}
