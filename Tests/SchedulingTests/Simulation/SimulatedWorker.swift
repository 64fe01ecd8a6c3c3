// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

/// What a worker says.
enum WorkerMessage {
    case hello([HeldAttempt], training: TrainingAttempt?)
    case heartbeat(EngineProgress)
    case table(SimulatedTable)
    case failed(AttemptIdentity, AttemptFailure)
    case state(TrainingAttempt, Int)
    case trained(TrainingAttempt)
    case trainingEnded(TrainingAttempt, AttemptFailure, isFinal: Bool)
    case goodbye
}

/// What a coordinator says.
enum CoordinatorMessage {
    case assign(AttemptIdentity)
    case acknowledge(AttemptIdentity)
    case cancel(AttemptIdentity)
    case retract([AttemptIdentity])
    case sendAgain(AttemptIdentity)
    case train(TrainingAttempt, from: Int)
    case recall(TrainingAttempt)
    case dropTraining(TrainingAttempt)
    case sayHello
    case youMayGo
    case goAway
}

/// A computed attempt: what it took, and by which bits its numbers miss the truth.
struct SimulatedTable {
    var attempt: AttemptIdentity
    var seconds: Double?
    var lie: UInt32 = 0
}

/// A worker process: works through its queue and keeps each table until it is acknowledged.
struct SimulatedWorker {
    let id: WorkerID
    let facts: WorkerFacts
    let secondsPerImage: Double
    /// Bits by which its numbers miss the truth now and then; 0 for an honest worker.
    var lie: UInt32 = 0
    /// Whether it fails at everything.
    var isInvalid = false
    /// Its surroundings fail it between these instants: whatever it begins comes back.
    var sick = Instant()..<Instant()
    /// Whether its engine may hang, and does, while its heartbeat lives.
    var mayHang = true
    var hangs = false
    /// Grows while its engine gets on.
    var activity: UInt64 = 0
    /// Whether it abandons what it computes when it is told so, and leaves when it is sent away.
    var isObedient = true
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
    var computed: [SimulatedTable] = []
    var training: TrainingInProgress?

    var held: [HeldAttempt] {
        computed.map { HeldAttempt($0.attempt, isComputed: true) }
            + ([running].compactMap(\.self) + waiting).map { HeldAttempt($0, isComputed: false) }
    }

    func isSick(at now: Instant) -> Bool { sick.contains(now) }
    /// Whether it ever was, or will be.
    var wasSick: Bool { !sick.isEmpty }

    /// How far its engine is.
    var progress: EngineProgress {
        EngineProgress(
            running: running,
            training: training?.attempt,
            steps: training?.stepsDone ?? 0,
            activity: activity
        )
    }

    /// What it says when it says hello.
    var hello: WorkerMessage { .hello(held, training: training?.attempt) }

    func holds(_ attempt: AttemptIdentity) -> Bool {
        running == attempt || waiting.contains(attempt) || table(of: attempt) != nil
    }

    func table(of attempt: AttemptIdentity) -> SimulatedTable? {
        computed.first { $0.attempt == attempt }
    }

    mutating func drop(_ attempt: AttemptIdentity) {
        waiting.removeAll { $0 == attempt }
        computed.removeAll { $0.attempt == attempt }
    }
}
