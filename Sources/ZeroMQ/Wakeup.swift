// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

/// Wakes a thread that waits in `Socket.poll`, from any other thread.
///
/// Signals given before the thread looks are merged into one.
public final class Wakeup: Sendable {
    let descriptor: Int32

    /// Makes the kernel's counter behind it.
    ///
    /// - Throws: `EMFILE` or `ENFILE` when no descriptor is left.
    public init() throws(ZeroMQError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw .last(.wakeup) }
    }

    /// Wakes the waiting thread, or the next one to wait.
    public func signal() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) already wakes the reader, so only an interruption matters.
        while unsafe write(descriptor, &one, 8) < 0, errno == EINTR {}
    }

    /// Takes the signals given so far, so that the next wait lasts until a new one.
    ///
    /// - Returns: whether there was a signal.
    @discardableResult
    public func clear() -> Bool {
        var count: UInt64 = 0
        while true {
            if unsafe read(descriptor, &count, 8) == 8 { return true }
            if errno != EINTR { return false }
        }
    }

    /// Waits until a signal is given, and takes it.
    func wait() {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !clear() {
            _ = unsafe Glibc.poll(&item, 1, -1)
        }
    }

    deinit {
        close(descriptor)
    }
}
