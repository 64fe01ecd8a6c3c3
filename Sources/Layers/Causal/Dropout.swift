// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// Which elements of the activations of some images one training step drops.
///
/// What is kept is not scaled up here: the weights behind it are (see ``WeightNormConvolution``).
public struct Dropout: Sendable {
    /// Probability of an element to be dropped, in 256ths.
    let probability256: Int
    private let seed: UInt64
    private let step: Int
    private let firstImage: Int

    /// Decides by seed, step, an image's place in the batch and the layer; `firstImage` is the first one's place.
    public init(probability256: Int, seed: UInt64, step: Int, firstImage: Int) {
        precondition(0..<256 ~= probability256, "dropout with a probability of \(probability256)/256")
        self.probability256 = probability256
        self.seed = seed
        self.step = step
        self.firstImage = firstImage
    }

    /// The fraction of elements that is kept.
    public static func kept(probability256: Int) -> Double { 1 - Double(probability256) / 256 }

    /// The random numbers of an image's elements in one layer: 22 bits of the image, 10 of the layer.
    public static func stream(seed: UInt64, step: Int, image: Int, layer: Int) -> RandomStream {
        precondition(0..<1 << 22 ~= image && 0..<1 << 10 ~= layer, "image \(image), layer \(layer)")
        let index = UInt64(truncatingIfNeeded: step) << 32 | UInt64(image) << 10 | UInt64(layer)
        return RandomStream(seed: seed, purpose: .dropout, index: index)
    }

    /// Writes zeros to the elements of `x`, (images, H, W, C) with that many pixels, which the layer drops.
    ///
    /// Applied to a gradient, it is dropout's backward.
    func apply(_ x: RowView, pixels: Int, layer: Int, _ kernels: KernelSet) {
        guard probability256 > 0 else { return }
        for image in 0..<x.rows / pixels {
            let stream = Self.stream(seed: seed, step: step, image: firstImage + image, layer: layer)
            let rows = x.rows(image * pixels..<(image + 1) * pixels)
            kernels.mask(rows, probability256: probability256, stream)
        }
    }
}
