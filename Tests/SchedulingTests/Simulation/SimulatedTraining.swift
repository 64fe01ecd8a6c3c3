// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Vocabulary

/// A model that must be trained before its cells can be computed, and what of it outlives the coordinator.
struct SimulatedTraining {
    let id: Digest
    /// Steps of the whole training; one takes a second.
    let steps: Int
    /// Whether it fails wherever it is tried.
    let isHopeless: Bool
    /// Steps behind the beginning of the best state that is stored.
    var savedSteps = 0
    var isTrained = false
}

/// A training at a worker.
struct TrainingInProgress {
    var attempt: TrainingAttempt
    var stepsDone: Int
    /// The state is wanted, and then the training.
    var isRecalled = false
}
