// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import SweepPlan

/// What a worker says.
enum WorkerMessage {
    case hello([HeldAttempt])
    case heartbeat
    case table(AttemptIdentity)
    case failed(AttemptIdentity, AttemptFailure)
    case goodbye
}

/// What a coordinator says.
enum CoordinatorMessage {
    case assign(AttemptIdentity)
    case acknowledge(AttemptIdentity)
    case cancel(AttemptIdentity)
    case sendAgain(AttemptIdentity)
    case sayHello
    case youMayGo
}

/// A worker process: works through its queue and keeps each table until it is acknowledged.
struct SimulatedWorker {
    let id: WorkerID
    let facts: WorkerFacts
    let secondsPerImage: Double
    var isAlive = true
    var isLeaving = false
    /// Does nothing, hears nothing until then.
    var frozenUntil = Instant()
    /// Neither reaches the coordinator nor is reached between these instants.
    var cutOff = Instant()..<Instant()
    /// Whether messages that meet the partition arrive when it heals, rather than never.
    var partitionDelays = false
    var waiting: [AttemptIdentity] = []
    var running: AttemptIdentity?
    var computed: [AttemptIdentity] = []

    var held: [HeldAttempt] {
        computed.map { HeldAttempt($0, isComputed: true) }
            + ([running].compactMap(\.self) + waiting).map { HeldAttempt($0, isComputed: false) }
    }

    func holds(_ attempt: AttemptIdentity) -> Bool {
        running == attempt || waiting.contains(attempt) || computed.contains(attempt)
    }

    mutating func drop(_ attempt: AttemptIdentity) {
        waiting.removeAll { $0 == attempt }
        computed.removeAll { $0 == attempt }
    }
}
