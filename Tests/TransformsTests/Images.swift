// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Transforms
import Vocabulary

/// An image whose pixels take all 256 values.
func pattern(_ height: Int, _ width: Int, _ channels: Int = 1) -> ByteImage {
    let shape = ImageShape(height: height, width: width, channels: channels)
    return ByteImage(shape, pixels: (0..<shape.count).map { UInt8(truncatingIfNeeded: $0 * $0 * 7 + $0 * 91 + 3) })
}

func draws(seed: UInt64 = 5, index: Int = 2, _ set: InstructionSet = .portable) -> ImageDraws {
    ImageDraws(seed: seed, index: index, kernels: KernelSet(set))
}

/// The image's pixels, changed by a transformation of pixels.
func noisy(
    _ transform: some Transform,
    _ image: ByteImage,
    scale: PixelScale = .dequantised,
    draws: ImageDraws = draws()
) -> PixelTensor {
    var pixels = PixelTensor(image, scale: scale)
    transform.apply(to: &pixels, draws: draws)
    return pixels
}

/// A pipeline that keeps the image's size.
func pipeline(
    _ transform: TransformSpec,
    _ shape: ImageShape,
    scale: PixelScale = .dequantised,
    seed: UInt64 = 5,
    _ set: InstructionSet = .portable
) throws -> InputPipeline {
    InputPipeline(
        transform,
        preprocessor: try Preprocessor(.none, from: shape, to: shape),
        scale: scale,
        seed: seed,
        kernels: KernelSet(set)
    )
}

extension [Float] {
    var bits: [UInt32] { map(\.bitPattern) }
}

extension DatasetFacts {
    /// Images of one channel and this size.
    static func images(_ height: Int, _ width: Int) -> DatasetFacts {
        DatasetFacts(height: height, width: width, channels: 1, classes: 10, count: 100)
    }
}

extension ModelFacts {
    /// A model without latents that takes images of one channel and this size.
    static func pixels(_ height: Int, _ width: Int) -> ModelFacts {
        ModelFacts(
            family: .pixelcnn,
            height: height,
            width: width,
            channels: 1,
            levels: 0,
            classes: 0,
            preprocessing: .resize,
            digest: Digest(of: [])
        )
    }
}
