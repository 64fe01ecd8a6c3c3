// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Threads that the system has left for this process.
public enum ThreadSupply {
    /// Sees to it that `count` threads can run beside those that do, by starting them.
    ///
    /// Libraries end the process, or wait for ever, when a thread of theirs cannot be started.
    ///
    /// - Throws: `EAGAIN` when the limits of processes or of memory do not allow them.
    public static func require(_ count: Int) throws(ZeroMQError) {
        let gate = Gate()
        var threads: [POSIXThread] = []
        // All of them are there until the last is.
        defer {
            gate.open()
            for thread in threads { thread.join() }
        }
        for _ in 0..<count { threads.append(try POSIXThread(name: "supply") { gate.wait() }) }
    }
}

/// Lets nobody through before it is opened.
private final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func wait() {
        while !isOpen.load(ordering: .acquiring) { usleep(100) }
    }

    func open() { isOpen.store(true, ordering: .releasing) }
}
