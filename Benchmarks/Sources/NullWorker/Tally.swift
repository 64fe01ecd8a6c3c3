// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What all sessions of the process have seen, and when the last of them has left.
final class Tally: Sendable {
    struct Counts {
        var welcomes = 0
        var assigned = 0
        var acknowledged = 0
        var refusals = 0
        /// Messages that could not be read.
        var misread = 0
        fileprivate var present: Int
        fileprivate var hasBegun = false
    }

    private let value: Mutex<Counts>
    private let end = DispatchSemaphore(value: 0)

    init(sessions: Int) {
        value = Mutex(Counts(present: sessions))
    }

    var counts: [String: Any] {
        value.withLock {
            [
                "welcomes": $0.welcomes, "assigned": $0.assigned, "acknowledged": $0.acknowledged,
                "refusals": $0.refusals, "misread": $0.misread,
            ]
        }
    }

    func count(_ change: (inout Counts) -> Void) {
        value.withLock { change(&$0) }
    }

    /// Reports the first assignment of the process.
    func begin() {
        let isFirst = value.withLock { counts in
            defer { counts.hasBegun = true }
            return !counts.hasBegun
        }
        if isFirst { NullWorker.report(["event": "begun"]) }
    }

    /// Notes that one session is over.
    func leave() {
        let present = value.withLock { counts in
            counts.present -= 1
            return counts.present
        }
        if present == 0 { end.signal() }
    }

    func waitForEnd() {
        end.wait()
    }
}
