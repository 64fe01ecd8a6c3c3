// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import WireProtocol

/// What a worker knows of its coordinator and what it holds; a value, changed by messages and by the engine.
struct WorkerState {
    /// How the worker stands with its coordinator.
    enum Phase {
        /// It says hello until it is welcomed.
        case joining
        /// It was welcomed to a life of the coordinator.
        case joined(epoch: UInt64, heartbeatInterval: Duration)
    }

    var phase = Phase.joining
    /// Attempts that wait to be computed, oldest first.
    var queue: [Assignment] = []
    /// The attempt that is being computed.
    var running: AttemptIdentity? {
        didSet { imagesDone = 0 }
    }
    /// Images of `running` that are done.
    var imagesDone = 0
    /// Results that no coordinator has acknowledged, oldest first.
    var unacknowledged: [ShardResult] = []
    /// Whether the worker receives nothing more and leaves when it holds nothing.
    var isDraining = false

    var isIdle: Bool { queue.isEmpty && running == nil && unacknowledged.isEmpty }

    /// Attempts that are not computed yet.
    var inFlight: [AttemptIdentity] { (running.map { [$0] } ?? []) + queue.map(\.attempt) }

    var heartbeat: WorkerHeartbeat {
        WorkerHeartbeat(
            queued: queue.count,
            unacknowledged: unacknowledged.count,
            running: running,
            imagesDone: imagesDone
        )
    }

    /// Forgets results that are committed, and attempts that nobody needs.
    mutating func forget(_ attempts: [AttemptIdentity]) {
        let forgotten = Set(attempts)
        unacknowledged.removeAll { forgotten.contains($0.attempt) }
        queue.removeAll { forgotten.contains($0.attempt) }
    }

    /// Takes back those of `attempts` that are not begun, and returns them.
    mutating func handBack(_ attempts: [AttemptIdentity]) -> [AttemptIdentity] {
        let wanted = Set(attempts)
        let returned = queue.map(\.attempt).filter(wanted.contains)
        queue.removeAll { wanted.contains($0.attempt) }
        return returned
    }
}
