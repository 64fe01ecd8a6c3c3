// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import SweepPlan
import Synchronization
import Transforms

/// A shard's images on their way into a model.
struct ShardInputs: Sendable {
    /// Some of a shard's images, ready for the model.
    struct Portion: Sendable {
        /// [N][H][W][C], on the model's input scale.
        var values: [Float]
        /// The images' classes.
        var labels: [Int]
        /// Per image, how many pixels the transformation clamped.
        var clamped: [Int]
        /// Per image, its random numbers.
        var draws: [ImageDraws]
    }

    private let indices: [UInt32]
    private let dataset: ImageDataset
    private let pipeline: InputPipeline
    private let valueCount: Int

    /// Checks that the images exist, fit the model, and have classes it knows where it is conditioned on them.
    init(_ spec: ShardSpec, model: ModelFacts, dataset: ImageDataset, kernels: KernelSet) throws(EngineError) {
        if let stranger = spec.indices.first(where: { $0 >= dataset.count }) {
            throw .data("data set '\(dataset.name)' has \(dataset.count) images; image \(stranger) was asked for")
        }
        let shape = ImageShape(height: model.height, width: model.width, channels: model.channels)
        let preprocessor: Preprocessor
        do {
            preprocessor = try Preprocessor(model.preprocessing, from: dataset.shape, to: shape)
        } catch {
            throw .unfit("data set '\(dataset.name)': \(error)")
        }
        indices = spec.indices
        self.dataset = dataset
        pipeline = InputPipeline(
            spec.transform,
            preprocessor: preprocessor,
            scale: model.family.pixelScale,
            seed: spec.seed,
            kernels: kernels
        )
        valueCount = shape.count
    }

    /// The images at `range` of the shard; each is made by itself, on whichever thread of `pool` is free.
    func portion(_ range: Range<Int>, pool: WorkPool) -> Portion {
        let made = Mutex([ModelInput?](repeating: nil, count: range.count))
        pool.forEach(range.count) { position, _ in
            let index = Int(indices[range.lowerBound + position])
            let input = pipeline.input(for: dataset.image(at: index), index: index)
            made.withLock { $0[position] = input }
        }
        let inputs = made.withLock { $0.compactMap(\.self) }
        let images = range.map { Int(indices[$0]) }
        return Portion(
            values: inputs.flatMap(\.values),
            labels: images.map { Int(dataset.labels[$0]) },
            clamped: inputs.map(\.clamped),
            draws: images.map { pipeline.draws(index: $0) }
        )
    }
}

extension ModelFacts.Family {
    /// How the family wants pixels.
    fileprivate var pixelScale: PixelScale {
        switch self {
        case .glow: .dequantised
        case .pixelcnn, .resnet: .symmetric
        }
    }
}
