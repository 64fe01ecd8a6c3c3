// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Networks
import SweepPlan
public import Vocabulary

/// Everything that a training needs to go on elsewhere: weights, the optimiser's memory, and where it stands.
///
/// As a file it is safetensors: `parameters`, `moment.1`, `moment.2` and `average` as flat vectors in the order of the
/// network's parameters, the rest as metadata.
public struct TrainingState: Hashable, Sendable {
    /// The version of the layout that this code reads and writes.
    public static let format = 1
    /// Names of the file's tensors besides `parameters` and `average`.
    static let momentNames = ["moment.1", "moment.2"]

    /// The recipe's name.
    public var recipeName: String
    /// The recipe's ``Recipe/trajectoryDigest``.
    public var trajectory: Digest
    /// The recipe's ``Recipe/trajectoryText``, which tells in what another recipe differs; nil where the file has none.
    var trajectoryText: String?
    /// Digest of the data set's training split.
    public var data: Digest
    /// What went before the training.
    var former: FormerTraining
    /// Where it stands.
    var course: TrainingCourse
    /// The weights.
    var parameters: [Float]
    /// What the optimiser keeps.
    var moments: [[Float]]
    /// The averaged weights, where the recipe averages.
    var average: [Float]?

    /// Steps made.
    public var step: Int { course.step }
    /// The checkpoint that the training started from; nil where its weights were drawn.
    public var start: Digest? { former.start }
}

extension TrainingSession {
    /// The training as it stands between two steps.
    ///
    /// - Throws: ``TrainingError/diverged(_:)`` when a weight is not finite: such a state would be worth nothing.
    public func snapshot() throws(TrainingError) -> TrainingState {
        guard GradientNorm.norm(parameters, pool).isFinite else {
            let rate = recipe.optimiser.learningRate(step: step, of: totalSteps)
            let layer = trainer.firstNonFiniteLayer(images.initialBatch(1), at: parameters)
            throw .diverged(.init(what: "a weight is not finite", step: step, layer: layer, learningRate: rate))
        }
        return TrainingState(
            recipeName: recipe.name,
            trajectory: recipe.trajectoryDigest,
            trajectoryText: recipe.trajectoryText,
            data: dataDigest,
            former: former,
            course: course,
            parameters: parameters.elements,
            moments: optimiser.moments.map(\.elements),
            average: average?.values.elements
        )
    }

    /// Goes on from `state` instead of from where this session stands.
    ///
    /// - Throws: ``TrainingError/file(_:)`` when it is the state of another training.
    public func restore(_ state: TrainingState) throws(TrainingError) {
        guard state.trajectory == recipe.trajectoryDigest else {
            throw .file(
                "the state is of another recipe, '\(state.recipeName)' as it was then\(difference(from: state)); train that "
                    + "one on, or begin again with --overwrite"
            )
        }
        guard state.data == dataDigest else {
            throw .file("the state was trained on other images: data digest \(state.data), these have \(dataDigest)")
        }
        let sizes = [state.parameters.count] + state.moments.map(\.count) + [state.average?.count].compactMap(\.self)
        guard sizes.allSatisfy({ $0 == parameters.count }), state.moments.count == optimiser.moments.count,
            (state.average == nil) == (average == nil)
        else { throw .file("the state does not have the numbers of this model and optimiser; it is damaged") }
        parameters.copy(state.parameters)
        for (moment, values) in zip(optimiser.moments, state.moments) { moment.copy(values) }
        if let values = state.average { average?.values.copy(values) }
        resume(state.course)
    }

    /// The keys in whose values the recipe of `state` differs, as in `: learning-rate is 1 here and 0.001 there`.
    private func difference(from state: TrainingState) -> String {
        guard let text = state.trajectoryText else { return "" }
        let keys = RecipeDifference.all(between: recipe.trajectoryText, and: text).map { difference in
            "\(difference.key) is \(difference.first ?? "not given") here and \(difference.second ?? "not given") there"
        }
        return keys.isEmpty ? "" : ": \(keys.joined(separator: ", "))"
    }
}
