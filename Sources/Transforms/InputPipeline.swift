// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Datasets
public import Kernels
public import Vocabulary

/// What a model is given for one image.
public struct ModelInput: Sendable {
    /// Rows, columns and channels.
    public let shape: ImageShape
    /// The input, [H][W][C].
    public let values: [Float]
    /// How many pixels the transformation clamped.
    public let clamped: Int
}

/// Makes a model's inputs from a data set's images: transformation, preprocessing, scale, dequantisation.
///
/// The same image, index and seed give the same bits whatever else is scored beside it, on every instruction set.
public struct InputPipeline: Sendable {
    private let transform: any Transform
    private let preprocessor: Preprocessor
    private let scale: PixelScale
    private let estimate: LikelihoodEstimate
    private let seed: UInt64
    private let kernels: KernelSet

    /// The pipeline of one cell.
    ///
    /// What a model is needed for, scaling latents, is not done.
    public init(
        _ transform: TransformSpec,
        preprocessor: Preprocessor,
        scale: PixelScale,
        estimate: LikelihoodEstimate = .standard,
        seed: UInt64,
        kernels: KernelSet
    ) {
        self.transform = transform.transform(seed: seed)
        self.preprocessor = preprocessor
        self.scale = scale
        self.estimate = estimate
        self.seed = seed
        self.kernels = kernels
    }

    /// The random numbers of the image at `index` in its data set.
    public func draws(index: Int) -> ImageDraws {
        ImageDraws(seed: seed, index: index, kernels: kernels)
    }

    /// The input for `image`, which stands at `index` in its data set.
    public func input(for image: ByteImage, index: Int) -> ModelInput {
        inputs(for: image, index: index, draws: [0])[0]
    }

    /// The inputs for `image`, which stands at `index` in its data set, by those draws of dequantisation, from 0.
    public func inputs(for image: ByteImage, index: Int, draws chosen: [Int]) -> [ModelInput] {
        let pixels = pixels(for: image, index: index)
        return chosen.map { draw in
            let values = pixels.modelValues(draws(index: index), estimate, draw: draw)
            return ModelInput(shape: pixels.shape, values: values, clamped: pixels.clamped)
        }
    }

    /// The transformed pixels of `image`, which stands at `index` in its data set, before dequantisation.
    ///
    /// Of a flow's interval estimate, they are moved to the levels whose cells contain them.
    public func pixels(for image: ByteImage, index: Int) -> PixelTensor {
        let source = transform.transformed(source: image)
        let resized = transform.transformed(resized: preprocessor(source))
        var pixels = PixelTensor(resized, scale: scale)
        transform.apply(to: &pixels, draws: draws(index: index))
        // A PixelCNN++ takes the cells of its targets alone: contexts see the pixels as they are.
        if estimate.kind == .interval, scale == .dequantised { pixels.moveToLevels() }
        return pixels
    }
}
