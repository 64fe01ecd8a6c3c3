// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Networks

/// What `worker inspect --json` says of the trainings that made a checkpoint; what nobody knows is left out.
struct TrainingDescription: Encodable {
    /// One training of those that followed one another.
    struct Leg: Encodable {
        var start: String?
        var grownFrom: String?
        var recipe: String?
        var recipeDigest: String?
        var trainer: String?
        var data: String?
        var dataDigest: String?
        var steps: Int?
        var batch: Int?
        var epochs: Double?
        var validation: Double?
        var accuracy: Double?
        var note: String?

        private enum CodingKeys: String, CodingKey {
            case start, recipe, trainer, data, steps, batch, epochs, validation, accuracy, note
            case grownFrom = "grown_from"
            case recipeDigest = "recipe_digest"
            case dataDigest = "data_digest"
        }
    }

    /// The trainings, the first one first.
    var legs: [Leg]
    /// Steps and epochs of all of them together.
    var steps: Int?
    var epochs: Double?

    init(_ history: TrainingHistory) {
        (steps, epochs) = (history.steps, history.epochs)
        legs = history.legs.map { leg in
            Leg(
                start: leg.start.map { "\($0)" },
                grownFrom: leg.grownFrom,
                recipe: leg.recipe,
                recipeDigest: leg.recipeDigest.map { "\($0)" },
                trainer: leg.trainer,
                data: leg.data,
                dataDigest: leg.dataDigest.map { "\($0)" },
                steps: leg.steps,
                batch: leg.batch,
                epochs: leg.epochs,
                validation: leg.validation,
                accuracy: leg.accuracy,
                note: leg.note
            )
        }
    }
}
