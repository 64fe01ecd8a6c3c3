// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a whole recipe.
struct RecipeReader {
    private static let keys = ["version", "name", "model", "data", "optimiser", "training"]

    let document: DocumentReader
    let facts: RecipeFacts

    /// The recipe; of use only when the document has no problem.
    ///
    /// What cannot be read is replaced by something usual, so that everything else is read, and judged, all the same.
    func read() -> Recipe? {
        guard document.isVersionSupported(),
            let fields = document.fields(document.root, of: "a recipe", known: Self.keys)
        else { return nil }
        _ = fields.required("version")
        let name = fields.requiredName("name")
        let modelNode = fields.required("model")
        let dataNode = fields.required("data")
        let trainingNode = fields.required("training")
        let model = modelNode.flatMap(RecipeModelReader(document: document).read)
        let family = model?.family ?? .glow
        let data = dataNode.flatMap { RecipeDataReader(document: document, family: family).read($0) }
        let optimiser = fields["optimiser"].map { OptimiserReader(document: document, family: family).read($0) }
        var recipe = Recipe(
            name: name ?? "",
            model: model ?? RecipeModel(.glow(RecipeModel.GlowSizes())),
            data: data ?? RecipeData(.builtin(DatasetSource.builtinNames[0]), preprocessing: .resize),
            optimiser: optimiser,
            length: .epochs(1)
        )
        if let trainingNode { RecipeTrainingReader(document: document, facts: facts).read(trainingNode, into: &recipe) }
        let check = RecipeCheck(document: document, facts: facts, model: modelNode, data: dataNode)
        if model != nil { check.checkModel(recipe) }
        if data != nil { check.checkData(recipe, judgesModel: model != nil) }
        return recipe
    }
}
