// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc
import Synchronization

/// A thread of the operating system's own, for loops that block.
///
/// The cooperative pool is not used: a blocked loop would take one of its few threads for ever.
final class POSIXThread: Sendable {
    private let identifier: pthread_t
    private let isJoined = Mutex(false)

    /// Starts `body` in a thread that debuggers show as `name` (15 bytes at most).
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(ZeroMQError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let status = unsafe pthread_create(&thread, nil, runStart, start.toOpaque())
        guard status == 0 else {
            unsafe start.release()
            throw ZeroMQError(.thread, code: status)
        }
        identifier = thread
    }

    /// Waits until the thread has ended; called from that thread itself, it returns at once.
    func join() {
        // Asked before the lock is taken: another thread may hold it, waiting for this one to end.
        guard pthread_equal(identifier, pthread_self()) == 0 else { return }
        isJoined.withLock { isJoined in
            if !isJoined { pthread_join(identifier, nil) }
            isJoined = true
        }
    }

    deinit {
        if !isJoined.withLock({ $0 }) { pthread_detach(identifier) }
    }
}

/// What a new thread needs to know.
private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = String(name.prefix(15))
        self.body = body
    }
}

private func runStart(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    unsafe bitsweep_name_thread(start.name)
    start.body()
    return nil
}
