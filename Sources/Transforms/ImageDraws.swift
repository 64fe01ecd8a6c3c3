// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Kernels

/// The random numbers that belong to one image of a data set under one seed.
///
/// They depend on nothing else: neither on the model, nor on the transformation, nor on which images are scored
/// together. So an image and its transformed self share their dequantisation, and every model sees the same noise.
public struct ImageDraws: Sendable {
    private let seed: UInt64
    private let index: UInt64
    private let kernels: KernelSet

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
    public func dequantisation(_ count: Int) -> [Float] {
        stream(.dequantisation).uniforms(count).map { ($0 * 65_536).rounded(.down) / 65_536 }
    }

    /// The first `count` values of noise from N(0, 1).
    public func gaussianNoise(_ count: Int) -> [Float] {
        stream(.noise).gaussians(count, kernels)
    }

    /// The first `count` values of noise from U[0, 1).
    public func uniformNoise(_ count: Int) -> [Float] {
        stream(.noise).uniforms(count)
    }

    private func stream(_ purpose: RandomPurpose) -> RandomStream {
        RandomStream(seed: seed, purpose: purpose, index: index)
    }
}
