// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How the start of a socket went, told by its thread to the one that waits for it.
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
