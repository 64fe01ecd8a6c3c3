// BitSweep
// SPDX-License-Identifier: Apache-2.0

import WireProtocol

/// How a worker stands with its coordinator, and when it must be heard to stay there.
///
/// Times are durations since the worker began.
struct Membership {
    private enum Phase {
        /// The worker says hello until it is welcomed.
        case joining
        /// It was welcomed to a life of the coordinator.
        case joined(epoch: UInt64, heartbeatInterval: Duration)
    }

    /// What the worker has to say now.
    enum Due {
        case nothing
        case hello
        /// A hello, because the coordinator has said nothing for long.
        case helloAfterSilence
        case heartbeat
    }

    /// Heartbeats of the coordinator that may be missed before the worker says hello again.
    static let missedHeartbeats = 3

    /// Whether messages can go out.
    private var isConnected = false
    private var phase = Phase.joining
    private var pacing: HelloPacing
    private var lastHeard: Duration = .zero
    private var lastBeat: Duration = .zero
    /// Whether the last coordinator said goodbye and no other has come.
    private(set) var isAbandoned = false

    /// A worker that nobody has welcomed; `identity` keeps it from saying hello at the same instants as others.
    init(_ identity: WorkerIdentity) {
        pacing = HelloPacing(seed: identity.bytes.reduce(0) { $0 &* 257 &+ UInt64($1) })
    }

    /// Whether the worker is welcome and believes that it still is.
    var isJoined: Bool { if case .joined = phase { true } else { false } }

    /// Whether it is the coordinator's life `epoch` that welcomed the worker.
    func isJoined(to epoch: UInt64) -> Bool { if case .joined(epoch, _) = phase { true } else { false } }

    /// Notes whether messages can go out: the first on every connection is a hello.
    mutating func connection(isThere: Bool) {
        isConnected = isThere
        phase = .joining
        pacing.reset()
    }

    /// The coordinator has said something.
    mutating func hear(at now: Duration) {
        lastHeard = now
    }

    /// The coordinator welcomes the worker.
    mutating func join(_ welcome: Welcome) {
        phase = .joined(epoch: welcome.epoch, heartbeatInterval: welcome.heartbeatInterval)
        pacing.reset()
        isAbandoned = false
    }

    /// The coordinator is gone.
    mutating func part() {
        phase = .joining
        isAbandoned = true
        pacing.reset()
    }

    /// The worker says hello at once, and is not joined until that is answered; returns whether it was joined before.
    mutating func beginAgain(at now: Duration) -> Bool {
        guard isJoined else { return false }
        phase = .joining
        pacing.reset()
        _ = pacing.isDue(at: now)
        return true
    }

    /// Whether to answer a coordinator that does not know this worker.
    ///
    /// It refuses each message that it did not understand, and one hello answers them all.
    mutating func mayAnswerUnknownPeer(at now: Duration) -> Bool { isJoined || pacing.isDue(at: now) }

    /// What is due at `now`; the time is told every `tick`.
    mutating func due(at now: Duration, tick: Duration) -> Due {
        guard case .joined(_, let interval) = phase else {
            return isConnected && pacing.isDue(at: now) ? .hello : .nothing
        }
        if now - lastHeard > interval * Self.missedHeartbeats { return .helloAfterSilence }
        // Ticks come at their own pace: half of one early is better than half of one late.
        guard now - lastBeat >= interval - tick / 2 else { return .nothing }
        lastBeat = now
        return .heartbeat
    }
}
