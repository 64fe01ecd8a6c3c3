// BitSweep
// SPDX-License-Identifier: Apache-2.0

import WireProtocol

/// A training that the coordinator gave to this worker.
struct HeldTraining {
    /// What the coordinator wants of it.
    enum Instruction: Sendable {
        case goOn
        /// Its state, and the training back.
        case save
        /// Nothing more.
        case drop
    }

    var assignment: TrainingAssignment
    var isBegun = false
    var instruction = Instruction.goOn
}

/// How a training ended at this worker.
enum TrainingOutcome: Hashable, Sendable {
    /// The model is stored, or nobody wants it.
    case done
    /// Without a model.
    case ended(TrainingEnd.Reason, String)
}
