// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Vocabulary

/// Adds noise to the pixels, x + ε·m⊙n, before dequantisation (paper, Eq. 6).
extension Noise: Transform, AppliedTransform {
    /// Adds ε·n to the pixels under the mask, then clamps or re-quantises those pixels as the parameters say.
    public func apply(to pixels: inout PixelTensor, draws: ImageDraws) {
        let noise = values(pixels.values.count, draws: draws)
        let epsilon = Float(scale)
        for (index, clean) in pixels.values.enumerated() where mask.reaches(clean) {
            let added = epsilon * noise[index]
            pixels.values[index] = clean + added
            limit(&pixels, at: index)
        }
        // Under a mask pixels remain that hold theirs, and those that were rounded got theirs back.
        if requantise, mask == .none, pixels.dequantisation != nil { pixels.moveToLevels() }
    }

    /// The first `count` random numbers that n is made of: from N(0, 1), or from U[0, 1) for uniform kinds.
    public func randomNumbers(_ count: Int, draws: ImageDraws) -> [Float] {
        switch kind {
        case .gaussian, .offsetGaussian: draws.gaussianNoise(count)
        case .negativeUniform, .uniform: draws.uniformNoise(count)
        }
    }

    /// The first `count` values of n.
    private func values(_ count: Int, draws: ImageDraws) -> [Float] {
        let numbers = randomNumbers(count, draws: draws)
        return switch kind {
        case .gaussian: numbers
        case .offsetGaussian: numbers.map { 0x1p-8 + $0 }
        case .negativeUniform: numbers.map { ($0 - 1) / 256 }
        case .uniform: numbers.map { 2 * $0 - 1 }
        }
    }

    /// Clamps and re-quantises one pixel, and counts it when the clamp changed it.
    private func limit(_ pixels: inout PixelTensor, at index: Int) {
        guard clamp || requantise else { return }
        let pixelScale = pixels.scale
        // Rounded before it is clamped: a value within half a level of the range is no clamped one.
        let x = requantise ? pixels.level(of: pixels.values[index]) / pixelScale.levels : pixels.values[index]
        // Pixels that hold their dequantisation fill the brightest level's bin.
        let isSpread = pixels.dequantisation != nil && !requantise
        let brightest = isSpread ? Float(1).nextDown : pixelScale.brightest
        // Not `x < 0`: a small negative number rounds to −0, which is the same pixel as 0 and shall have its bits.
        let limited = x <= 0 ? 0 : x > brightest ? brightest : x
        if limited != x { pixels.clamped += 1 }
        let own = requantise ? pixels.dequantisation?[index] ?? 0 : 0
        pixels.values[index] = limited + own / pixelScale.levels
    }
}

extension Noise.Mask {
    /// The paper's threshold between background and foreground, on the [0, 1] scale.
    private static let backgroundBelow: Float = 0.3

    /// Whether a pixel, before it is changed, is under the mask.
    func reaches(_ clean: Float) -> Bool {
        switch self {
        case .none: true
        case .background: clean < Self.backgroundBelow
        case .foreground: clean >= Self.backgroundBelow
        }
    }
}
