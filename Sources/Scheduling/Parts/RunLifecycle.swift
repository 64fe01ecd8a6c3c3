// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Whether the run goes on, pauses or ends, and since when it listens.
struct RunLifecycle: Sendable {
    enum Phase: Hashable, Sendable {
        case running
        case stopping(StopReason, deadline: Instant)
        case cancelling(deadline: Instant)
        case cancelled
        case ended
    }

    private(set) var phase = Phase.running
    private(set) var pauseReasons: Set<PauseReason> = []
    private(set) var began: Instant?
    private var lastEvent: Instant?
    /// Since when silence counts: a coordinator that was stopped itself has heard nobody.
    private(set) var listeningSince = Instant()

    var isRunning: Bool { phase == .running }

    /// Whether shards may be handed out.
    var isDispatching: Bool { phase == .running && pauseReasons.isEmpty }

    /// Whether what workers hold and bring is not wanted any more.
    var isCancelled: Bool {
        switch phase {
        case .cancelling, .cancelled: true
        case .running, .stopping, .ended: false
        }
    }

    /// The phase in words for people.
    var shownPhase: RunProgress.Phase {
        switch phase {
        case .running: pauseReasons.isEmpty ? .running : .paused
        case .stopping: .stopping
        case .cancelling: .cancelling
        case .cancelled, .ended: .ended
        }
    }

    func secondsSinceBegin(at now: Instant) -> Double { began.map(now.seconds(since:)) ?? 0 }

    /// Notes an event; one that comes later than a worker's heartbeat would tells that the coordinator was stopped.
    mutating func noteEvent(at now: Instant, heartbeatInterval: Duration) {
        began = began ?? now
        if let lastEvent, lastEvent.duration(to: now) > heartbeatInterval { listeningSince = now }
        lastEvent = now
    }

    mutating func pause(for reason: PauseReason) { pauseReasons.insert(reason) }

    mutating func resume(from reason: PauseReason) { pauseReasons.remove(reason) }

    /// Begins to stop; false when the run does not go on any more.
    mutating func stop(_ reason: StopReason, deadline: Instant) -> Bool {
        guard phase == .running else { return false }
        phase = .stopping(reason, deadline: deadline)
        return true
    }

    /// Begins to cancel; false when the run is being cancelled already, or over.
    mutating func cancel(deadline: Instant) -> Bool {
        switch phase {
        case .running, .stopping: phase = .cancelling(deadline: deadline)
        case .cancelling, .cancelled, .ended: return false
        }
        return true
    }

    mutating func end() { phase = isCancelled ? .cancelled : .ended }
}

/// Why a run pauses; it goes on when no reason is left.
public enum PauseReason: String, Hashable, Sendable, CaseIterable {
    /// Somebody asked for it.
    case user
    /// The store cannot be used: its disk is full, or fails.
    case disk
}

/// Why a run stops before its end.
public enum StopReason: String, Hashable, Sendable, CaseIterable {
    /// Somebody asked for it.
    case user
    /// As many shards failed as ``SchedulingConfiguration/maximumFailures`` allows.
    case failures
    /// No worker is left, and none will come.
    case workers
}
