// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Synchronization
import Transforms
import Vocabulary

/// A shard's images on their way into a model.
struct ShardInputs: Sendable {
    /// What a model is given for some images, or for several draws of each.
    struct Values: Sendable {
        /// [N][H][W][C], on the model's input scale.
        var numbers: [Float]
        /// Of each, how many pixels the transformation clamped.
        var clamped: [Int]
    }

    /// Indices in the data set.
    let images: [Int]
    /// What is done to the images, as far as it needs the model.
    let latents: LatentSteps
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
        if let misfit = spec.transform.misfit(dataset.facts, model) {
            throw .unfit("data set '\(dataset.name)': \(spec.transform.name): \(misfit)")
        }
        self.dataset = dataset
        self.pool = pool
        latents = LatentSteps(spec.transform, seed: spec.seed)
        var estimate = spec.model.estimate
        // The interval is that of what is scored, and not of what is encoded on the way to it.
        if !latents.steps.isEmpty { estimate.kind = .density }
        pipeline = InputPipeline(
            latents.before,
            preprocessor: preprocessor,
            scale: model.family.pixelScale,
            estimate: estimate,
            seed: spec.seed,
            kernels: kernels
        )
    }

    /// The images in order, `size` at a time; the last batch may be smaller.
    func batches(of size: Int) -> [[Int]] {
        stride(from: 0, to: images.count, by: size).map { Array(images[$0..<min($0 + size, images.count)]) }
    }

    /// Refuses what no model of the family can do.
    private static func check(_ spec: ShardSpec, fits family: ModelFacts.Family) throws(EngineError) {
        if spec.transform.kind.needsLatents, !family.hasLatents {
            throw .unfit("\(spec.transform.name) needs latents, and \(family.phrase) has none")
        }
        if family.isClassifier, spec.model.conditioning != .label {
            throw .unfit(
                "a \(family.rawValue) is compared with the images' classes; conditioning marginal means nothing to it"
            )
        }
        if let problem = spec.model.estimate.problem(of: family) { throw .unfit("\(problem)") }
    }

    /// The transformed `images`, by their first draws; of scaled latents what is encoded first.
    func values(of images: [Int]) -> Values { values(of: ImageDraw.all(1, of: images)) }

    /// The transformed images by those draws; each image is made by itself, on whichever thread is free, and neighbouring
    /// draws of one image from the same pixels.
    func values(of draws: [ImageDraw]) -> Values {
        let starts = draws.indices.filter { $0 == 0 || draws[$0].image != draws[$0 - 1].image }
        let groups = zip(starts, starts.dropFirst() + [draws.count]).map { draws[$0..<$1] }
        let made = Mutex([[ModelInput]](repeating: [], count: groups.count))
        pool.forEach(groups.count) { position, _ in
            let group = groups[position]
            let image = group[group.startIndex].image
            let inputs = pipeline.inputs(for: dataset.image(at: image), index: image, draws: group.map(\.draw))
            made.withLock { $0[position] = inputs }
        }
        let inputs = made.withLock { $0.flatMap(\.self) }
        return Values(numbers: inputs.flatMap(\.values), clamped: inputs.map(\.clamped))
    }

    /// The transformed `images` on the scale of pixels, before dequantisation: 0 is black and 1 is white.
    func pixels(of images: [Int]) -> [[Float]] {
        images.map { pipeline.pixels(for: dataset.image(at: $0), index: $0).values }
    }

    /// The transformed `images` as tensors of pixels; each is made by itself, on whichever thread is free.
    func pixelTensors(of images: [Int]) -> [PixelTensor] {
        let made = Mutex([PixelTensor?](repeating: nil, count: images.count))
        pool.forEach(images.count) { position, _ in
            let image = images[position]
            let pixels = pipeline.pixels(for: dataset.image(at: image), index: image)
            made.withLock { $0[position] = pixels }
        }
        return made.withLock { $0.compactMap(\.self) }
    }

    /// The random numbers of one image.
    func draws(ofImage image: Int) -> ImageDraws { pipeline.draws(index: image) }

    /// The classes of `images`.
    func labels(of images: [Int]) -> [Int] { images.map { Int(dataset.labels[$0]) } }

    /// The random numbers of an image.
    func draws(of image: Int) -> ImageDraws { pipeline.draws(index: image) }
}
