// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads a whole recipe.
struct RecipeReader {
    private static let keys = ["version", "name", "start-from", "model", "data", "optimiser", "training"]
    private static let name = DocumentKey.name("name", "The recipe's name.")

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
        let name = fields.value(Self.name)
        let start = fields["start-from"].flatMap { document.path($0, of: "start-from") }.map { RecipeStart(path: $0) }
        let modelNode = fields.required("model")
        let dataNode = fields.required("data")
        let trainingNode = fields.required("training")
        let model = modelNode.flatMap(RecipeModelReader(document: document).read)
        let family = model?.family ?? .glow
        let data = dataNode.flatMap { RecipeDataReader(document: document, family: family).read($0) }
        let optimiser = fields["optimiser"].map { OptimiserReader(document: document, family: family).read($0) }
        var recipe = Recipe(
            name: name ?? "",
            start: start,
            model: model ?? RecipeModel(.glow(RecipeModel.GlowSizes())),
            data: data ?? RecipeData(.builtin(DatasetSource.builtinNames[0]), preprocessing: .resize),
            optimiser: optimiser,
            length: .epochs(1)
        )
        if let trainingNode { RecipeTrainingReader(document: document, facts: facts).read(trainingNode, into: &recipe) }
        let check = RecipeCheck(document: document, facts: facts, model: modelNode, data: dataNode)
        if model != nil { check.checkModel(recipe) }
        if let node = fields["start-from"], let start {
            let digest = check.digest(of: start, at: node.position, recipe.model, judgesModel: model != nil)
            recipe.start?.digest = digest
        }
        if data != nil { check.checkData(recipe, judgesModel: model != nil) }
        return recipe
    }
}
