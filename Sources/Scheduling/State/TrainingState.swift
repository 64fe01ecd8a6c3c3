// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// A training that was asked for.
struct TrainingState: Sendable {
    /// A worker's right to the training while it keeps giving signs of life.
    struct Lease: Sendable {
        let attempt: TrainingAttempt
        let worker: WorkerID
        let since: Instant
    }

    /// What became of it.
    enum Fate: Sendable {
        case open
        case finished
        case failed
    }

    let id: Digest
    var fate = Fate.open
    /// The one attempt that lives; nil while the training waits, and in the end.
    var lease: Lease?
    /// Dispatches so far; the number of the latest attempt.
    var dispatches: UInt32 = 0
    /// Steps that the best stored state is behind the beginning.
    var savedSteps = 0
    /// Engine errors, and worker losses since the last time that a better state was stored.
    var errors = 0
    var losses = 0
    /// Who had it last, and on which host; the next attempt is rather another's.
    var lastWorker: WorkerID?
    var lastHost: UInt32?
    var history: [TrainingAttemptRecord] = []

    init(id: Digest) {
        self.id = id
    }

    var isWaiting: Bool { fate == .open && lease == nil }

    /// Counts a failure against the budget that it spends.
    mutating func charge(_ failure: AttemptFailure) {
        switch failure {
        case .engineError, .timeLimit: errors += 1
        case .workerLost: losses += 1
        case .handedBack: break
        }
    }

    /// Whether a budget is used up.
    func isSpent(_ configuration: SchedulingConfiguration) -> Bool {
        errors >= configuration.engineErrorBudget || losses >= configuration.workerLossBudget
    }
}
