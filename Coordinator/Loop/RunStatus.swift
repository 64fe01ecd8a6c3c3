// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Synchronization
import WireProtocol

/// Where the run stands, as the loop last saw it; read by the progress line and by snapshots.
final class RunStatus: Sendable {
    struct Value: Sendable {
        var progress = RunProgress()
        var state = Snapshot.State.running
        var workers: [WorkerStatus] = []
        /// Lines for the user that the progress line must not overwrite, oldest first.
        var notices: [String] = []
    }

    private let value = Mutex(Value())

    var current: Value { value.withLock { $0 } }

    func update(_ change: (inout sending Value) -> Void) {
        value.withLock { change(&$0) }
    }

    func notice(_ line: String) {
        value.withLock { $0.notices.append(line) }
    }

    func takeNotices() -> [String] {
        value.withLock { value in
            defer { value.notices = [] }
            return value.notices
        }
    }
}
