// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reports what a recipe's values make impossible together, at the value that is most likely meant otherwise.
struct RecipeCheck {
    let document: DocumentReader
    let facts: RecipeFacts
    /// The recipe's `model`.
    let model: SourceNode?
    /// The recipe's `data`.
    let data: SourceNode?

    /// Whether there is a network of these sizes.
    func checkModel(_ recipe: Recipe) {
        for problem in facts.problems?(recipe.model) ?? [] {
            report("\(problem.key): \(problem.text)", at: problem.key, in: model)
        }
    }

    /// The digest of the checkpoint to start from, if it is there and, where the model can be judged, suits it.
    func digest(
        of start: RecipeStart,
        at position: Diagnostic.Position,
        _ sizes: RecipeModel,
        judgesModel: Bool
    ) -> Digest? {
        switch facts.start?(start.path, sizes) {
        case nil: return nil
        case .failure(let error):
            document.report("start-from: \(error)", at: position)
            return nil
        case .success(let found):
            for problem in found.problems where judgesModel {
                report("start-from: \(problem.text)", at: problem.key, in: model)
            }
            return found.digest
        }
    }

    /// Whether the data set is there, is large enough, and, where the model can be judged, fits it.
    func checkData(_ recipe: Recipe, judgesModel: Bool) {
        let split = RecipeData.split
        guard let answer = facts.dataset?(recipe.data.source, split) else { return }
        let name = "'\(recipe.data.name)'"
        switch answer {
        case .failure(let error): report("dataset \(name): \(error)", at: "dataset", in: data)
        case .success(let dataset):
            checkSize(recipe, dataset)
            guard judgesModel else { return }
            let sizes = recipe.model
            let mismatch = dataset.mismatch(
                height: sizes.height,
                width: sizes.width,
                channels: sizes.channels,
                recipe.data.preprocessing
            )
            if let mismatch {
                report("dataset \(name) does not fit the model: \(mismatch)", at: "preprocessing", in: data)
            }
            if sizes.classes > 0, dataset.classes > sizes.classes {
                let counts = "\(name) has \(counted(dataset.classes, "class")), the model knows \(sizes.classes)"
                report("classes: \(counts)", at: "classes", in: model)
            }
        }
    }

    private func checkSize(_ recipe: Recipe, _ dataset: DatasetFacts) {
        guard let problem = recipe.sizeProblem(images: dataset.count) else { return }
        report(problem, at: "validation-images", in: data)
    }

    /// Notes a problem where `key` has its value, or, where it has none, where the mapping begins.
    private func report(_ message: String, at key: String, in node: SourceNode?) {
        var position = node?.position ?? .start
        if case .mapping(let entries)? = node?.content, let entry = entries.first(where: { $0.key == key }) {
            position = entry.value.position
        }
        document.report(message, at: position)
    }
}

extension Recipe {
    /// Why a training split of `images` images is too small, in a line that names the keys; nil when it is not.
    public func sizeProblem(images: Int) -> String? {
        guard images - data.validationImages < batch else { return nil }
        let split = "the \(counted(images, "image")) of '\(data.name)' \(RecipeData.split)"
        let batches = "leave too few for a batch of \(batch)"
        return "validation-images: \(grouped(data.validationImages)) of \(split) \(batches); "
            + "give fewer validation-images or a smaller batch"
    }
}

extension DatasetFacts {
    /// Why images of the data set cannot become a model's input of that size; nil if they can.
    func mismatch(
        height: Int,
        width: Int,
        channels: Int,
        _ preprocessing: ModelFacts.Preprocessing
    ) -> String? {
        let (image, input) = ("\(self.height)×\(self.width)", "\(height)×\(width)")
        if self.channels != channels {
            return "its images have \(counted(self.channels, "channel")), the model takes \(channels)"
        }
        if preprocessing == .none, self.height != height || self.width != width {
            return "its images are \(image), the model takes \(input) and does not resize"
        }
        if preprocessing == .pad, self.height > height || self.width > width {
            return "its images are \(image), too large to be padded to \(input)"
        }
        return nil
    }
}
