// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling

/// How many complaints about peers are worth a line; a flood of garbage must not drown the rest.
struct Complaints {
    private static let perSecond = 5
    private var second: Int64 = -1
    private var told = 0

    /// Whether another complaint may be told at `now`.
    mutating func isAllowed(at now: Instant) -> Bool {
        let second = now.nanoseconds / 1_000_000_000
        if second != self.second { (self.second, told) = (second, 0) }
        told += 1
        return told <= Self.perSecond
    }
}

extension Set<PauseReason> {
    /// Why a run pauses, in words; nil when it does not.
    var explanation: String? {
        var reasons: [String] = []
        if contains(.user) { reasons.append("a client asked for it; 'coordinator resume' goes on") }
        if contains(.disk) { reasons.append("the store's disk is full") }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }
}
