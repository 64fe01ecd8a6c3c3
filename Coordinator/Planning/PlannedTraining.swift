// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Datasets
import Engine
import Foundation
import Networks
import SweepPlan
import Training
import Vocabulary
import WireProtocol

/// A model that a run trains before it computes the model's cells.
struct PlannedTraining: Sendable {
    /// The recipe's text, as its file has it.
    var recipe: String
    /// The checkpoint that the recipe starts from; nil where it draws its weights.
    var start: TrainedModels.File?
    /// Images of a step.
    var batch: Int
    /// The images that the model is trained on.
    var dataset: DatasetSpec
    /// The files that they were read from, which workers may ask for; nil where there are none.
    var files: ImageDataset.Files?
    /// What is known of the model beforehand; the digest is the `TrainingIdentity.digest`.
    var facts: ModelFacts
    /// How many numbers the model has.
    var numberCount: Int

    /// The most bytes that a file of the training can have: twice what its numbers need, and something for its header.
    func mostBytes(of kind: TrainingOffer.Kind) -> Int {
        // A state has the optimiser's two memories and an average beside the numbers.
        let copies = kind == .state ? 4 : 1
        return 2 * 4 * copies * numberCount + (1 << 20)
    }
}

extension TrainedModels.File {
    /// The file of a checkpoint that trainings start from.
    fileprivate init(start checkpoint: Checkpoint) throws {
        let url = URL(filePath: checkpoint.name).absoluteURL
        let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
        self.init(url: url, reference: ArtifactReference(digest: checkpoint.digest, bytes: size), stepsDone: 0)
    }
}

/// Why a recipe cannot be part of a sweep: one line that begins with its file.
struct RecipeProblem: Error, CustomStringConvertible {
    let description: String

    init(_ path: String, _ problem: String) {
        description = "\(path): \(problem)"
    }
}

extension PlannedTraining {
    /// Reads the recipe at `path`; `dataset` finds the images that it trains on.
    ///
    /// - Throws: why a run cannot train it, when that is known beforehand.
    init(recipe path: String, dataset find: @escaping (DatasetSource, _ split: String) throws -> ImageDataset) throws {
        let text = try Self.text(path)
        var images: ImageDataset?
        var start: TrainedModels.File?
        let facts = RecipeFacts(needsFixedLength: true) { path in
            let checkpoint = try Checkpoint(contentsOf: path)
            start = try TrainedModels.File(start: checkpoint)
            return checkpoint
        } dataset: { source, split in
            Result {
                let found = try find(source, split)
                images = found
                return found.facts
            }
        }
        let recipe = try Recipe(parsing: text, file: path, facts: facts)
        guard let images else { preconditionFailure("a recipe is read and nobody asked for its images") }
        let architecture = try recipe.model.architecture()
        let identity = TrainingIdentity(
            recipe: recipe.digest,
            data: images.digest,
            numericsVersion: NumericsIdentity.trainingVersion
        )
        let metadata = CheckpointMetadata(
            architecture: architecture,
            preprocessing: recipe.data.preprocessing,
            provenance: ""
        )
        self.recipe = text
        self.start = start
        batch = recipe.batch
        files = images.files
        dataset = DatasetSpec(
            name: recipe.data.name,
            source: recipe.data.source.absolute,
            split: RecipeData.split,
            content: images.digest,
            files: try images.files.map { try $0.references() }
        )
        self.facts = metadata.facts(digest: identity.digest)
        numberCount = metadata.numberCount
    }

    private static func text(_ path: String) throws -> String {
        let text: String
        do {
            text = try InputText(path).text
        } catch {
            throw RecipeProblem(path, error.problem)
        }
        guard (1...WireLimits.recipeBytes).contains(text.utf8.count) else {
            throw RecipeProblem(path, "a recipe of a sweep has 1 to \(WireLimits.recipeBytes) bytes of UTF-8 text")
        }
        return text
    }
}
