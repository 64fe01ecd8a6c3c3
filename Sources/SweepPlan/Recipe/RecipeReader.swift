// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a whole recipe.
struct RecipeReader {
    private static let keys = ["version", "name", "model", "data", "optimiser", "training"]

    let document: DocumentReader

    /// The recipe; of use only when the document has no problem.
    func read() -> Recipe? {
        guard document.isVersionSupported(),
            let fields = document.fields(document.root, of: "a recipe", known: Self.keys)
        else { return nil }
        _ = fields.required("version")
        let name = fields.requiredName("name")
        let modelNode = fields.required("model")
        let dataNode = fields.required("data")
        let trainingNode = fields.required("training")
        // The family decides what everything else may be.
        guard let model = modelNode.flatMap(RecipeModelReader(document: document).read) else { return nil }
        let data = dataNode.flatMap { RecipeDataReader(document: document, family: model.family).read($0) }
        let optimiser = fields["optimiser"].map { OptimiserReader(document: document, family: model.family).read($0) }
        guard let trainingNode, let name, let data else { return nil }
        var recipe = Recipe(name: name, model: model, data: data, optimiser: optimiser, length: .epochs(1))
        RecipeTrainingReader(document: document).read(trainingNode, into: &recipe)
        return recipe
    }
}
