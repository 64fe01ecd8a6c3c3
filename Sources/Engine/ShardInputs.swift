// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Synchronization
import Transforms
import Vocabulary

/// A shard's images on their way into a model.
struct ShardInputs: Sendable {
    /// What a model is given for some images.
    struct Values: Sendable {
        /// [N][H][W][C], on the model's input scale.
        var numbers: [Float]
        /// Per image, how many pixels the transformation clamped.
        var clamped: [Int]
    }

    /// Indices in the data set.
    let images: [Int]
    private let dataset: ImageDataset
    private let pipeline: InputPipeline
    private let pool: WorkPool

    /// Checks that the images exist, fit the model, and have classes it knows where it must know them, and that the
    /// model can do what is asked of it.
    init(
        _ spec: ShardSpec,
        model: ModelFacts,
        dataset: ImageDataset,
        kernels: KernelSet,
        pool: WorkPool
    ) throws(EngineError) {
        images = spec.indices.map { Int($0) }
        if let stranger = images.first(where: { $0 >= dataset.count }) {
            let size = "data set '\(dataset.name)' has \(counted(dataset.count, "image"))"
            throw .data("\(size); image \(stranger) was asked for")
        }
        if model.classes > 0, spec.model.conditioning == .label,
            let stranger = images.first(where: { dataset.labels[$0] >= model.classes })
        {
            throw .unfit(
                "data set '\(dataset.name)': image \(stranger) is of class \(dataset.labels[stranger]); the model has the "
                    + "classes 0...\(model.classes - 1)"
            )
        }
        let preprocessor: Preprocessor
        do {
            let shape = ImageShape(height: model.height, width: model.width, channels: model.channels)
            preprocessor = try Preprocessor(model.preprocessing, from: dataset.shape, to: shape)
        } catch {
            throw .unfit("data set '\(dataset.name)': \(error)")
        }
        try Self.check(spec, fits: model.family)
        self.dataset = dataset
        self.pool = pool
        pipeline = InputPipeline(
            spec.transform,
            preprocessor: preprocessor,
            scale: model.family.pixelScale,
            seed: spec.seed,
            kernels: kernels
        )
    }

    /// Refuses what no model of the family can do.
    private static func check(_ spec: ShardSpec, fits family: ModelFacts.Family) throws(EngineError) {
        if case .zeroLatents = spec.transform, !family.hasLatents {
            throw .unfit("zero-latents needs latents, and a \(family.rawValue) has none")
        }
        if family.isClassifier, spec.model.conditioning != .label {
            throw .unfit(
                "a \(family.rawValue) is compared with the images' classes; conditioning marginal means nothing to it"
            )
        }
    }

    /// The transformed `images`; each is made by itself, on whichever thread is free.
    func values(of images: [Int]) -> Values {
        let made = Mutex([ModelInput?](repeating: nil, count: images.count))
        pool.forEach(images.count) { position, _ in
            let input = pipeline.input(for: dataset.image(at: images[position]), index: images[position])
            made.withLock { $0[position] = input }
        }
        let inputs = made.withLock { $0.compactMap(\.self) }
        return Values(numbers: inputs.flatMap(\.values), clamped: inputs.map(\.clamped))
    }

    /// The transformed `images` on the scale of pixels, before dequantisation: 0 is black and 1 is white.
    func pixels(of images: [Int]) -> [[Float]] {
        images.map { pipeline.pixels(for: dataset.image(at: $0), index: $0).values }
    }

    /// The random numbers of one image.
    func draws(ofImage image: Int) -> ImageDraws { pipeline.draws(index: image) }

    /// The classes of `images`.
    func labels(of images: [Int]) -> [Int] { images.map { Int(dataset.labels[$0]) } }

    /// The random numbers of `images`.
    func draws(of images: [Int]) -> [ImageDraws] { images.map { pipeline.draws(index: $0) } }
}
