// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
import SweepPlan
import Vocabulary

/// What went before a training: nothing, or the trainings that made the checkpoint that it starts from.
struct FormerTraining: Hashable, Sendable {
    /// The checkpoint's digest; nil where weights are drawn.
    var start: Digest?
    /// The sizes in which the checkpoint's network was smaller.
    var grownFrom: String?
    /// The trainings that made the checkpoint.
    var legs: [TrainingLeg] = []

    /// Nothing went before.
    init() {}

    /// What went before the training of a network of that architecture.
    init(_ checkpoint: Checkpoint?, _ architecture: CheckpointMetadata.Architecture) {
        start = checkpoint?.digest
        grownFrom = checkpoint.flatMap { architecture.formerSizes(of: $0.metadata.architecture) }
        let known = checkpoint?.metadata.history.legs ?? []
        // Weights that tell nothing come from somewhere all the same.
        legs = checkpoint != nil && known.isEmpty ? [TrainingLeg()] : known
    }

    /// The history of weights that `leg` made of what went before.
    func history(followedBy leg: TrainingLeg) -> TrainingHistory {
        var leg = leg
        (leg.start, leg.grownFrom) = (start, grownFrom)
        return TrainingHistory(legs + [leg])
    }
}

extension Recipe {
    /// What went before this training, where `checkpoint` is the one that it starts from, or `state` the one that it goes
    /// on from.
    ///
    /// - Throws: ``TrainingError/recipe(_:)`` when it is not.
    func former(
        _ checkpoint: Checkpoint?,
        _ state: TrainingState?,
        _ architecture: CheckpointMetadata.Architecture
    ) throws(TrainingError) -> FormerTraining {
        if checkpoint == nil, let state, state.former.start == start?.digest { return state.former }
        guard checkpoint?.digest == start?.digest, (checkpoint == nil) == (start == nil) else {
            let wanted = start.map { "the checkpoint \($0.path) (sha256 \($0.digest.map { "\($0)" } ?? "unread"))" }
            let found = checkpoint.map { "\($0.name) (sha256 \($0.digest))" }
            throw .recipe("the recipe starts from \(wanted ?? "no checkpoint"), not from \(found ?? "nothing")")
        }
        return FormerTraining(checkpoint, architecture)
    }

    /// The weights before the first step: those of the checkpoint to start from, or drawn ones.
    ///
    /// - Throws: ``TrainingError/recipe(_:)`` when the network cannot begin with the checkpoint's.
    func firstParameters(
        _ checkpoint: Checkpoint?,
        _ architecture: CheckpointMetadata.Architecture
    ) throws(TrainingError) -> ParameterSet {
        guard let checkpoint else {
            do {
                let preprocessing = data.preprocessing
                return try Checkpoint.initialised(architecture, preprocessing: preprocessing, seed: seed).parameters
            } catch {
                throw .recipe("\(error)")
            }
        }
        if let problem = architecture.problems(startingFrom: checkpoint.metadata.architecture).first {
            throw .recipe("\(checkpoint.name): \(problem.text)")
        }
        return checkpoint.parameters(startingAs: architecture, seed: seed)
    }
}
