// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Scheduling
import WireProtocol

/// Whether the store can be used, and when it is tried again.
struct StoreWatch {
    private static let interval = Duration.seconds(1)

    /// What is wrong with it for the time being; nil when nothing is.
    private(set) var trouble: StoreTrouble?
    private var retry = Instant()
    private var failures = 0

    /// Nothing is wrong.
    init() {}

    /// Whether the store may be used at `now`: in trouble it is tried every second.
    func mayTry(at now: Instant) -> Bool { trouble == nil || now >= retry }

    /// Notes that it could not be used; true when nothing, or something else, was wrong before.
    mutating func meet(_ trouble: StoreTrouble, at now: Instant) -> Bool {
        defer { self.trouble = trouble }
        failures += 1
        retry = now.advanced(by: Self.interval)
        return self.trouble != trouble
    }

    /// Notes that it could be used; true when something was wrong before.
    mutating func pass() -> Bool {
        defer { trouble = nil }
        return trouble != nil
    }

    var metrics: [Metric] { [Metric("store_failures_total", failures)] }
}
