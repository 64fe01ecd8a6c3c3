// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Networks
import SweepPlan
import Synchronization
import Transforms
import Vocabulary

/// A data set's images on their way into a training: which are trained on, in which order, and what the model is given.
///
/// The validation images are the last of a permutation that the seed decides. Every epoch has a permutation of its own,
/// of which whole batches are taken. Dequantisation depends on (seed, epoch, image): image i of n in epoch e, counted
/// from 1, has the noise of image e·n + i, and when it validates that of image i, as in a sweep.
struct TrainingImages {
    /// Indices of the images that are trained on.
    let training: [Int]
    /// Indices of the images that validate, ascending.
    let validation: [Int]
    /// Images of a step.
    let batch: Int
    private let seed: UInt64
    /// The images in the model's size.
    private let dataset: ImageDataset
    private let pipeline: InputPipeline
    private let pool: WorkPool
    private var epoch: (number: Int, order: [Int])?

    /// Checks that the images fit the recipe, and brings them to the model's size.
    init(_ recipe: Recipe, dataset: ImageDataset, kernels: KernelSet, pool: WorkPool) throws(TrainingError) {
        let trained = dataset.count - recipe.data.validationImages
        if let problem = recipe.sizeProblem(images: dataset.count) { throw .recipe(problem) }
        if recipe.model.classes > 0, dataset.classCount > recipe.model.classes {
            throw .recipe(
                "'\(dataset.name)' has \(counted(dataset.classCount, "class")); the model knows \(recipe.model.classes)"
            )
        }
        let order = ImageOrder.permutation(dataset.count, seed: recipe.seed, number: 0)
        training = Array(order[..<trained])
        validation = order[trained...].sorted()
        batch = recipe.batch
        seed = recipe.seed
        self.pool = pool
        do {
            let shape = ImageShape(
                height: recipe.model.height,
                width: recipe.model.width,
                channels: recipe.model.channels
            )
            let resize = try Preprocessor(recipe.data.preprocessing, from: dataset.shape, to: shape)
            self.dataset = Self.resized(dataset, to: shape, resize, pool)
            pipeline = InputPipeline(
                .identity,
                preprocessor: try Preprocessor(.none, from: shape, to: shape),
                scale: recipe.model.family.pixelScale,
                seed: recipe.seed,
                kernels: kernels
            )
        } catch {
            throw .recipe("data set '\(dataset.name)': \(error)")
        }
    }

    /// Whole batches of an epoch.
    var stepsPerEpoch: Int { training.count / batch }

    /// The images of a step, from 0.
    mutating func batch(step: Int) -> TrainingBatch {
        let number = step / stepsPerEpoch + 1
        if epoch?.number != number { epoch = (number, order(ofEpoch: number)) }
        let start = step % stepsPerEpoch * batch
        let images = epoch.map { Array($0.order[start..<start + batch]) } ?? []
        return trainingBatch(images, epoch: number, step: step)
    }

    /// At most `count` of the images of the first epoch, its first ones.
    func initialBatch(_ count: Int) -> TrainingBatch {
        trainingBatch(Array(order(ofEpoch: 1).prefix(count)), epoch: 1, step: 0)
    }

    /// What the model is given for validation images.
    func validationInputs(_ images: ArraySlice<Int>) -> (numbers: [Float], labels: [Int]) {
        (inputs(Array(images), epoch: 0), images.map { Int(dataset.labels[$0]) })
    }

    private func order(ofEpoch number: Int) -> [Int] {
        ImageOrder.permutation(training.count, seed: seed, number: number).map { training[$0] }
    }

    private func trainingBatch(_ images: [Int], epoch: Int, step: Int) -> TrainingBatch {
        TrainingBatch(
            images: inputs(images, epoch: epoch),
            labels: images.map { Int(dataset.labels[$0]) },
            seed: seed,
            step: step
        )
    }

    private func inputs(_ images: [Int], epoch: Int) -> [Float] {
        let made = Mutex([[Float]](repeating: [], count: images.count))
        pool.forEach(images.count) { position, _ in
            let index = images[position]
            let input = pipeline.input(for: dataset.image(at: index), index: epoch * dataset.count + index)
            made.withLock { $0[position] = input.values }
        }
        return made.withLock { $0.flatMap(\.self) }
    }

    /// Every image in the model's shape.
    private static func resized(
        _ dataset: ImageDataset,
        to shape: ImageShape,
        _ resize: Preprocessor,
        _ pool: WorkPool
    ) -> ImageDataset {
        let chunkSize = 256
        let count = (dataset.count + chunkSize - 1) / chunkSize
        let made = Mutex([[UInt8]](repeating: [], count: count))
        pool.forEach(count) { number, _ in
            let images = number * chunkSize..<min((number + 1) * chunkSize, dataset.count)
            let pixels = images.flatMap { resize(dataset.image(at: $0)).pixels }
            made.withLock { $0[number] = pixels }
        }
        return ImageDataset(
            name: dataset.name,
            split: dataset.split,
            shape: shape,
            pixels: made.withLock { $0.flatMap(\.self) },
            labels: dataset.labels,
            classCount: dataset.classCount
        )
    }
}
