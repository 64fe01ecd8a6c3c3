// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    typealias Fields = [String: SourceNode.Entry]

    private static let recipeKeys = ["version", "name", "model", "data", "optimiser", "training"]
    private static let lengthKeys = ["epochs", "steps", "minutes"]
    private static let trainingKeys =
        lengthKeys + [
            "batch", "seed", "initialisation-images", "validate-every", "checkpoint-every", "precision",
        ]

    /// Reads a whole recipe; the result is of use only when no problem was reported.
    mutating func readRecipe(_ root: SourceNode) -> Recipe? {
        guard isVersionSupported(root), let fields = fields(root, of: "a recipe", known: Self.recipeKeys) else {
            return nil
        }
        _ = required("version", in: fields, of: "a recipe", at: root.position)
        let name = required("name", in: fields, of: "a recipe", at: root.position).flatMap { node in
            text(node, of: "name").flatMap { isUsable(name: $0, at: node.position) ? $0 : nil }
        }
        let modelNode = required("model", in: fields, of: "a recipe", at: root.position)
        let dataNode = required("data", in: fields, of: "a recipe", at: root.position)
        let trainingNode = required("training", in: fields, of: "a recipe", at: root.position)
        guard let model = modelNode.flatMap({ readRecipeModel($0) }) else { return nil }
        let data = dataNode.flatMap { readRecipeData($0, for: model.family) }
        let optimiser = fields["optimiser"].map { readOptimiser($0.value, for: model.family) }
        guard let trainingNode, let name, let data else { return nil }
        var recipe = Recipe(name: name, model: model, data: data, length: .epochs(1))
        if let optimiser { recipe.optimiser = optimiser }
        readTraining(trainingNode, into: &recipe)
        return recipe
    }

    /// Reads `data`: the data set, how its images become the model's input, how many are for validation.
    private mutating func readRecipeData(_ node: SourceNode, for family: ModelFacts.Family) -> RecipeData? {
        let keys = ["dataset", "preprocessing", "validation-images"]
        guard let fields = fields(node, of: "data", known: keys) else { return nil }
        let preprocessing = word(
            "preprocessing",
            in: fields,
            or: RecipeData.standardPreprocessing(for: family)
        )
        let validation = integer("validation-images", in: fields, 1...1_000_000_000, or: 5000)
        guard let source = required("dataset", in: fields, of: "data", at: node.position).flatMap({ readSource($0) })
        else { return nil }
        return RecipeData(source, preprocessing: preprocessing, validationImages: validation)
    }

    private mutating func readSource(_ node: SourceNode) -> DatasetSource? {
        let builtin = DatasetSource.builtinNames
        guard case .mapping = node.content else {
            return code(node, of: "dataset", in: .choice(builtin)).map { .builtin(builtin[Int($0)]) }
        }
        guard let fields = fields(node, of: "dataset", known: ["images", "labels"]) else { return nil }
        let paths = ["images", "labels"].map { key in
            required(key, in: fields, of: "dataset", at: node.position).flatMap { text($0, of: key) }
        }
        guard let images = paths[0], let labels = paths[1] else { return nil }
        return .idx(
            images: Sweep.resolve(images, relativeTo: file),
            labels: Sweep.resolve(labels, relativeTo: file)
        )
    }

    /// Reads `training`: length, batch, seed, and what else happens on the way.
    private mutating func readTraining(_ node: SourceNode, into recipe: inout Recipe) {
        guard let fields = fields(node, of: "training", known: Self.trainingKeys) else { return }
        if let length = readLength(fields, at: node.position) { recipe.length = length }
        recipe.batch = integer("batch", in: fields, 1...65536, or: recipe.batch)
        if let field = fields["seed"], let seed = code(field.value, of: "seed", in: AxisName.seeds) {
            recipe.seed = seed
        }
        recipe.initialisationImages = integer("initialisation-images", in: fields, 1...65536, or: 256)
        if fields["validate-every"] != nil {
            recipe.validationInterval = integer("validate-every", in: fields, 1...1_000_000_000, or: 1)
        }
        if let field = fields["checkpoint-every"], let interval = duration(field.value, of: "checkpoint-every") {
            recipe.snapshotInterval = interval
        }
        recipe.precision = word("precision", in: fields, or: recipe.precision)
        guard case .time = recipe.length, recipe.optimiser.decay.dependsOnLength else { return }
        let remedy = "give epochs or steps, or another decay"
        report(
            "this decay needs to know where the training ends, and minutes do not tell; \(remedy)",
            at: node.position
        )
    }

    private mutating func readLength(_ fields: Fields, at position: Diagnostic.Position) -> Recipe.Length? {
        let given = Self.lengthKeys.filter { fields[$0] != nil }
        guard given.count == 1 else {
            let found = given.isEmpty ? "none" : given.joined(separator: " and ")
            report("training needs one of \(Self.lengthKeys.joined(separator: ", ")); there is \(found)", at: position)
            return nil
        }
        switch given[0] {
        case "epochs": return .epochs(integer("epochs", in: fields, 1...1_000_000, or: 1))
        case "steps": return .steps(integer("steps", in: fields, 1...1_000_000_000, or: 1))
        default: return .time(.seconds(60 * real("minutes", in: fields, 0.01...1e6, or: 1)))
        }
    }
}

extension SweepFileReader {
    /// The whole number called `key`, or `standard` where there is none.
    mutating func integer(
        _ key: String,
        in fields: Fields,
        _ range: ClosedRange<Int>,
        or standard: Int
    ) -> Int {
        guard let entry = fields[key], let code = code(entry.value, of: key, in: .integer(range)) else {
            return standard
        }
        return Int(truncatingIfNeeded: code)
    }

    /// The number called `key`, or `standard` where there is none.
    mutating func real(
        _ key: String,
        in fields: Fields,
        _ range: ClosedRange<Double>,
        or standard: Double
    ) -> Double {
        guard let entry = fields[key], let code = code(entry.value, of: key, in: .real(range)) else { return standard }
        return Double(bitPattern: code)
    }

    /// The number called `key`, nil where it is `off`, or `standard` where there is none.
    mutating func switchable(
        _ key: String,
        in fields: Fields,
        _ range: ClosedRange<Double>,
        or standard: Double?
    ) -> Double? {
        guard let entry = fields[key] else { return standard }
        if case .scalar("off", _) = entry.value.content { return nil }
        return real(key, in: fields, range, or: standard ?? range.lowerBound)
    }

    /// The word called `key`, or `standard` where there is none.
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        in fields: Fields,
        or standard: Word
    ) -> Word {
        let words = Array(Word.allCases)
        guard let entry = fields[key],
            let code = code(entry.value, of: key, in: .choice(words.map(\.rawValue)))
        else { return standard }
        return words[Int(code)]
    }
}
