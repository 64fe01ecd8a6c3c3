// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `data`: the data set, how its images become the model's input, how many are for validation.
struct RecipeDataReader {
    private static let keys = ["dataset", "preprocessing", "validation-images"]

    let document: DocumentReader
    let family: ModelFacts.Family

    func read(_ node: SourceNode) -> RecipeData? {
        guard let fields = document.fields(node, of: "data", known: Self.keys) else { return nil }
        let preprocessing = fields.word("preprocessing") ?? family.standardPreprocessing
        let validation = fields.integer("validation-images", in: 1...1_000_000_000) ?? 5000
        guard let source = fields.required("dataset").flatMap(source) else { return nil }
        return RecipeData(source, preprocessing: preprocessing, validationImages: validation)
    }

    private func source(_ node: SourceNode) -> DatasetSource? {
        if case .mapping = node.content { return document.datasetFiles(node, of: "dataset") }
        let remedy = "Files of your own are {images: PATH, labels: PATH}"
        return document.choice(node, of: "dataset", among: DatasetSource.builtinNames, remedy: { _ in remedy })
            .map { .builtin($0) }
    }
}
