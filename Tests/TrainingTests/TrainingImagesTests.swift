// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Networks
import SweepPlan
import Testing
import Transforms
import Vocabulary

@testable import Training

@Suite("a training's images")
struct TrainingImagesTests {
    private func images(_ recipe: Recipe = SmallTraining.recipe(), count: Int = 40) throws -> TrainingImages {
        try TrainingImages(
            recipe,
            dataset: SmallTraining.images(count),
            kernels: SmallTraining.kernels,
            pool: WorkPool(threads: 2)
        )
    }

    @Test("every image trains or validates; another seed chooses others", arguments: [0, 1, 2] as [UInt64])
    func split(_ seed: UInt64) throws {
        var recipe = SmallTraining.recipe()
        recipe.seed = seed
        let images = try images(recipe)
        #expect(images.validation.count == 8 && images.training.count == 32 && images.stepsPerEpoch == 5)
        #expect((images.training + images.validation).sorted() == Array(0..<40))
        recipe.seed = 100
        #expect(try self.images(recipe).validation != images.validation)
    }

    @Test(
        "an epoch shows as many images as fit whole batches, none twice, none of the validation's, in an order of its own"
    )
    func epochs() throws {
        var images = try images()
        let dataset = SmallTraining.images()
        let orders = (0..<3).map { epoch in
            (0..<5).flatMap { step in indices(images.batch(step: epoch * 5 + step), in: dataset) }
        }
        for order in orders {
            #expect(order.count == 30 && Set(order).count == 30 && Set(order).isDisjoint(with: images.validation))
        }
        #expect(Set(orders).count == 3)
        #expect(Set(orders.map { Set($0) }).count > 1, "other images are left over each time")
    }

    /// Which images a batch has, by the levels of their pixels.
    private func indices(_ batch: TrainingBatch, in dataset: ImageDataset) -> [Int] {
        (0..<batch.labels.count).map { position in
            let levels = batch.images[position * 64..<position * 64 + 64].map {
                UInt8((($0 + 0.5) * 256).rounded(.down))
            }
            return (0..<dataset.count).first { dataset.image(at: $0).pixels == levels } ?? -1
        }
    }

    @Test("a batch depends on its step alone, not on those before")
    func randomAccess() throws {
        var (one, other) = try (images(), images())
        let batches = (0..<12).map { one.batch(step: $0) }
        for step in [11, 3, 0, 7] {
            let batch = other.batch(step: step)
            #expect(batch.images == batches[step].images && batch.labels == batches[step].labels && batch.step == step)
        }
    }

    @Test("a flow sees other noise each epoch; validation has the noise that a sweep gives the image")
    func dequantisation() throws {
        var images = try images()
        let dataset = SmallTraining.images()
        var (noise, seen): ([Int: Set<Float>], [Int: Int]) = ([:], [:])
        for step in 0..<20 {
            let batch = images.batch(step: step)
            for (position, index) in indices(batch, in: dataset).enumerated() {
                noise[index, default: []].insert(batch.images[position * 64])
                seen[index, default: 0] += 1
            }
        }
        #expect(noise.mapValues(\.count) == seen && seen.values.max() == 4)
        let shape = ImageShape(height: 8, width: 8)
        let pipeline = InputPipeline(
            .identity,
            preprocessor: try Preprocessor(.none, from: shape, to: shape),
            scale: .dequantised,
            seed: 5,
            kernels: SmallTraining.kernels
        )
        let (numbers, labels) = images.validationInputs(images.validation[2..<4])
        let expected = images.validation[2..<4].map { pipeline.input(for: dataset.image(at: $0), index: $0).values }
        #expect(numbers == expected.flatMap(\.self))
        #expect(labels == images.validation[2..<4].map { Int(dataset.labels[$0]) })
    }

    @Test("recipes that the images do not fit are refused, with both numbers")
    func refusals() throws {
        #expect(
            throws: TrainingError.recipe(
                "validation-images: 8 of the 12 images of 'glyphs' train leave too few for a batch of 6; give fewer "
                    + "validation-images or a smaller batch"
            )
        ) { try images(count: 12) }
        var recipe = SmallTraining.recipe()
        recipe.model = RecipeModel(.resnet(classes: 2), height: 8, width: 8)
        #expect(throws: TrainingError.recipe("'small' has 3 classes; the model knows 2")) { try images(recipe) }
        recipe.model = RecipeModel(.resnet(classes: 3), height: 9, width: 8)
        let error = #expect(throws: TrainingError.self) { try images(recipe) }
        #expect(error?.description.contains("8×8×1") == true && error?.description.contains("9×8") == true)
    }
}
