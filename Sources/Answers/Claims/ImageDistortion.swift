// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Kernels
import Transforms
import Vocabulary

/// How far transformations move the pixels of a data set's images, in the images' own size.
struct ImageDistortion {
    /// More images would say no more of a mean.
    private static let limit = 1000

    private let images: ImageDataset
    private let indices: [UInt32]
    private let seed: UInt64

    /// That of the images at `indices`, or of a thousand of them at equal distances.
    init(_ images: ImageDataset, _ indices: [UInt32], seed: UInt64) {
        self.images = images
        self.seed = seed
        let step = max(1, (indices.count + Self.limit - 1) / Self.limit)
        self.indices = stride(from: 0, to: indices.count, by: step).map { indices[$0] }
    }

    /// The peak signal-to-noise ratio in decibels: −10·log₁₀ of the mean squared error of pixels on [0, 1], over all pixels
    /// of all images.
    func psnr(_ transform: TransformSpec) -> Double {
        guard let preprocessor = try? Preprocessor(.none, from: images.shape, to: images.shape) else { return .nan }
        let pipeline = InputPipeline(
            transform,
            preprocessor: preprocessor,
            scale: .symmetric,
            seed: seed,
            kernels: KernelSet(InstructionSet.available.last ?? .portable)
        )
        var squares = 0.0
        for index in indices.map({ Int($0) }) {
            let image = images.image(at: index)
            for (moved, own) in zip(pipeline.pixels(for: image, index: index).values, image.pixels) {
                let difference = Double(moved) - Double(own) / 255
                squares += difference * difference
            }
        }
        return -10 * log10(squares / Double(indices.count * images.shape.count))
    }
}
