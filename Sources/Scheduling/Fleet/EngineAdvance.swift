// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How a worker's engine gets on, by what its heartbeats say.
struct EngineAdvance: Sendable {
    private var progress: EngineProgress?
    /// When it last got on, as far as that is known.
    private(set) var last = Instant()
    /// The longest time between two signs of progress with the training that it has.
    private(set) var longestGap = 0.0
    /// Whether it makes no progress for longer than it may.
    private(set) var isStalled = false

    /// Whether its last heartbeat said that it has nothing to do.
    var isIdle: Bool { progress?.isIdle ?? false }

    /// Takes in what a heartbeat says; returns whether the engine gets on again that had not for long.
    ///
    /// One that has nothing to do and `isFree`, to which nothing was given, has nothing to get on with.
    mutating func note(_ new: EngineProgress, isFree: Bool, at now: Instant) -> Bool {
        guard new != progress else { return new.isIdle && isFree && isStalled ? noteResult(at: now) : false }
        if let training = new.training, training == progress?.training {
            longestGap = max(longestGap, now.seconds(since: last))
        } else {
            longestGap = 0
        }
        progress = new
        return noteResult(at: now)
    }

    /// Notes that something came of it; returns whether it gets on again.
    mutating func noteResult(at now: Instant) -> Bool {
        last = now
        defer { isStalled = false }
        return isStalled
    }

    mutating func stall() { isStalled = true }
}
