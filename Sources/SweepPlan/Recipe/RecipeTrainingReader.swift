// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `training`: length, batch, seed, and what else happens on the way.
struct RecipeTrainingReader {
    private static let lengthKeys = ["epochs", "steps", "minutes"]
    private static let keys =
        lengthKeys + [
            "batch", "seed", "initialisation-images", "validate-every", "checkpoint-every", "precision",
        ]

    let document: DocumentReader
    let facts: RecipeFacts

    /// Completes a recipe whose optimiser is known.
    func read(_ node: SourceNode, into recipe: inout Recipe) {
        guard let fields = document.fields(node, of: "training", known: Self.keys) else { return }
        recipe.length = length(fields, at: node.position) ?? recipe.length
        recipe.batch = fields.integer("batch", in: 1...65536) ?? recipe.batch
        recipe.seed = fields.integer("seed", in: AxisName.seeds).map { UInt64($0) } ?? recipe.seed
        recipe.initialisationImages =
            fields.integer("initialisation-images", in: 1...65536) ?? recipe.initialisationImages
        if fields["validate-every"] != nil {
            recipe.validationInterval = fields.integer("validate-every", in: 1...1_000_000_000) ?? 1
        }
        recipe.snapshotInterval = fields.duration("checkpoint-every") ?? recipe.snapshotInterval
        recipe.precision = fields.word("precision") ?? recipe.precision
        if facts.needsFixedLength, case .time = recipe.length, let minutes = fields["minutes"] {
            let problem = "minutes: its length is a time, within which every machine trains another model"
            document.report("\(problem); give epochs or steps", at: minutes.position)
        }
        guard case .time = recipe.length, recipe.optimiser.decay.dependsOnLength else { return }
        let problem = "this decay needs to know where the training ends, and minutes do not tell"
        document.report("\(problem); give epochs or steps, or another decay", at: node.position)
    }

    private func length(_ fields: Fields, at position: Diagnostic.Position) -> Recipe.Length? {
        let given = Self.lengthKeys.filter { fields[$0] != nil }
        guard given.count == 1 else {
            let keys = Self.lengthKeys.joined(separator: ", ")
            let found = given.isEmpty ? "none" : given.joined(separator: " and ")
            document.report("training needs one of \(keys); there is \(found)", at: position)
            return nil
        }
        switch given[0] {
        case "epochs": return .epochs(fields.integer("epochs", in: 1...1_000_000) ?? 1)
        case "steps": return .steps(fields.integer("steps", in: 1...1_000_000_000) ?? 1)
        default: return .time(.seconds(60 * (fields.real("minutes", in: 0.01...1e6) ?? 1)))
        }
    }
}
