// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks
import SweepPlan
import Vocabulary

/// How a model does on the validation images.
public struct Validation: Hashable, Sendable {
    /// Mean over the images: bits per dimension, or cross-entropy in nats of a classifier.
    public var loss: Double
    /// Part of the images that a classifier classifies rightly; nil for others.
    public var accuracy: Double?
    /// Number of images.
    public var images: Int
}

extension TrainingSession {
    /// Images that are scored together.
    private static let batchSize = 256

    /// The weights that are validated and released: the averaged ones where the recipe averages.
    var releasedParameters: AlignedBuffer { average?.values ?? parameters }

    /// Scores the validation images with the weights as they would be released; remembers the result as the latest.
    ///
    /// - Parameter goesOn: Asked now and then; when it says no, nothing is remembered.
    /// - Returns: The result; nil when it was given up.
    /// - Throws: ``TrainingError`` when the weights make no model.
    @discardableResult
    public func validate(while goesOn: () -> Bool = { true }) throws(TrainingError) -> Validation? {
        guard let found = try validation(of: checkpoint(), while: goesOn) else { return nil }
        remember(found)
        return found
    }

    /// The model that the present weights make.
    func checkpoint() throws(TrainingError) -> Checkpoint {
        do {
            return try Checkpoint(
                metadata: metadata,
                tensors: trainer.layout.tensors(releasedParameters),
                name: "recipe \(recipe.name)"
            )
        } catch {
            throw .recipe("\(error)")
        }
    }

    /// How the model of `checkpoint` does, with the inference that sweeps use.
    func validation(of checkpoint: Checkpoint, while goesOn: () -> Bool) throws(TrainingError) -> Validation? {
        do {
            let model = try LoadedModel(checkpoint, kernels: kernels, pool: pool)
            var (losses, correct): ([Double], Int) = ([], 0)
            for start in stride(from: 0, to: images.validation.count, by: Self.batchSize) {
                guard goesOn() else { return nil }
                let batch = images.validation[start..<min(start + Self.batchSize, images.validation.count)]
                let (numbers, labels) = images.validationInputs(batch)
                let outcome = try model.score(numbers, labels: labels)
                losses += outcome.losses
                correct += outcome.correct
            }
            let count = losses.count
            return Validation(
                loss: losses.reduce(0, +) / Double(count),
                accuracy: recipe.model.family.isClassifier ? Double(correct) / Double(count) : nil,
                images: count
            )
        } catch {
            throw .recipe("\(error)")
        }
    }
}

extension LoadedModel {
    /// How the model does on images of those classes; a flow that knows classes is given them.
    fileprivate func score(_ images: [Float], labels: [Int]) throws -> BatchOutcome {
        switch self {
        case .glow(let glow):
            let conditioned = glow.configuration.classes > 0 ? labels : nil
            return BatchOutcome(losses: try glow.score(images, labels: conditioned).bpd.map { Double($0) })
        case .pixelcnn(let pixelcnn):
            return BatchOutcome(losses: try pixelcnn.score(images).bpd.map { Double($0) })
        case .resnet(let resnet):
            let scores = try resnet.score(images, labels: labels)
            let correct = zip(scores.predicted, labels).count { $0 == $1 }
            return BatchOutcome(losses: scores.crossEntropy, correct: correct)
        }
    }
}
