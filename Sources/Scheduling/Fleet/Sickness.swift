// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// That a worker's surroundings fail it, and since when; it rests after each failure, longer each time.
public struct Sickness: Hashable, Sendable {
    /// What the worker said of its last failure.
    public internal(set) var reason: String
    /// Failures in a row, each after a rest.
    public internal(set) var failures = 0
    /// When the first of them was.
    public let since: Instant
    /// Until when it gets nothing.
    public internal(set) var restsUntil: Instant

    init(_ reason: String, at now: Instant) {
        self.reason = reason
        (since, restsUntil) = (now, now)
    }

    /// Notes a failure; what a resting worker still held when it failed first makes its rest no longer.
    mutating func note(_ reason: String, isResting: Bool, _ configuration: SchedulingConfiguration, at now: Instant) {
        self.reason = reason
        guard !isResting else { return }
        failures += 1
        let doublings = min(failures - 1, 30)
        restsUntil = now.advanced(by: min(configuration.firstRest * (1 << doublings), configuration.longestRest))
    }
}
