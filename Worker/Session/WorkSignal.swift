// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Wakes the engine's thread when there may be work.
final class WorkSignal: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func signal() { semaphore.signal() }
    func wait() { semaphore.wait() }
}
