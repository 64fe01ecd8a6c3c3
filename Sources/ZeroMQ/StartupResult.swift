// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How the start of a socket in a thread of its own went, told by its thread to the one that waits for it.
final class StartupResult: Sendable {
    private let wakeup: Wakeup
    private let result = Mutex<Result<Void, ZeroMQError>?>(nil)

    init() throws(ZeroMQError) {
        wakeup = try Wakeup()
    }

    func finish(_ result: Result<Void, ZeroMQError>) {
        self.result.withLock { $0 = result }
        wakeup.signal()
    }

    func wait() -> Result<Void, ZeroMQError> {
        wakeup.wait()
        return result.withLock { $0 } ?? .success(())
    }
}

extension POSIXThread {
    /// A thread that has told how its start went, which `body` must do once.
    ///
    /// - Throws: what kept it from starting; the thread has ended then.
    static func started(
        name: String,
        _ body: @escaping @Sendable (StartupResult) -> Void
    ) throws(ZeroMQError) -> POSIXThread {
        let startup = try StartupResult()
        let thread = try POSIXThread(name: name) { body(startup) }
        do {
            try startup.wait().get()
        } catch {
            thread.join()
            throw error
        }
        return thread
    }
}
