// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels
public import Vocabulary

/// The random numbers that belong to one image of a data set under one seed.
///
/// They depend on nothing else: neither on the model, nor on the transformation, nor on which images are scored
/// together. So an image and its transformed self share their dequantisation, and every model sees the same noise.
public struct ImageDraws: Sendable {
    private let seed: UInt64
    private let index: UInt64
    private let kernels: KernelSet
    /// How many transformations of the same name have used theirs before.
    private var repetition = 0

    /// The draws of the image at `index` in its data set.
    public init(seed: UInt64, index: Int, kernels: KernelSet) {
        precondition(index >= 0, "an image's index is not negative")
        self.seed = seed
        self.index = UInt64(index)
        self.kernels = kernels
    }

    /// The first `count` values u of dequantisation, on [0, 1): multiples of 2⁻¹⁶.
    ///
    /// Sixteen bits, for then v/256 − 0.5 + u/256 is exact in Float: no input reaches 0.5, none leaves its bin by
    /// rounding.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - draw: Which of several draws for the same image, from 0; the first is that of a single one.
    /// - Returns: One number for each element.
    public func dequantisation(_ count: Int, draw: Int = 0) -> [Float] {
        precondition(draw == 0 || draw > 0 && index >> 32 == 0, "a draw is no draw of another image")
        return RandomStream(seed: seed, purpose: .dequantisation, index: UInt64(draw) << 32 | index)
            .uniforms(count).map { ($0 * 65_536).rounded(.down) / 65_536 }
    }

    /// The first `count` values of u as an estimate wants them: drawn, or one value for all pixels.
    public func dequantisation(_ count: Int, _ estimate: LikelihoodEstimate, draw: Int = 0) -> [Float] {
        switch estimate.dequantisation {
        case .uniform: dequantisation(count, draw: draw)
        case .zero: [Float](repeating: 0, count: count)
        case .centre: [Float](repeating: 0.5, count: count)
        }
    }

    /// The draws of a transformation before which so many of the same name have gone in a chain.
    ///
    /// The first has those of one that stands alone, and each has others. Dequantisation stays the same.
    package func repeated(_ repetition: Int) -> ImageDraws {
        precondition(repetition == 0 || index >> 32 == 0, "a repetition is no draw of another image")
        var draws = self
        draws.repetition = repetition
        return draws
    }

    /// The first `count` values of noise from N(0, 1).
    public func gaussianNoise(_ count: Int) -> [Float] {
        stream(.noise).gaussians(count, kernels)
    }

    /// The first `count` values of noise from U[0, 1).
    public func uniformNoise(_ count: Int) -> [Float] {
        stream(.noise).uniforms(count)
    }

    /// The first `count` values from U[0, 1) that decide which pixels are replaced, and by what.
    public func impulses(_ count: Int) -> [Float] {
        stream(.impulses).uniforms(count)
    }

    private func stream(_ purpose: RandomPurpose) -> RandomStream {
        RandomStream(seed: seed, purpose: purpose, index: UInt64(repetition) << 32 | index)
    }
}
