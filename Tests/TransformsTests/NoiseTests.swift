// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Testing
import Transforms
import Vocabulary

@Suite struct NoiseTests {
    @Test("every kind is its formula over the image's own noise", arguments: PixelScale.allCases)
    func formulas(scale: PixelScale) {
        let image = pattern(6, 5)
        let stream = RandomStream(seed: 5, purpose: .noise, index: 2)
        let normal = stream.gaussians(30, KernelSet(.portable)).map(Double.init)
        let uniform = stream.uniforms(30).map(Double.init)
        let epsilon = 0.125
        let expected: [Noise.Kind: [Double]] = [
            .gaussian: normal.map { epsilon * $0 },
            .offsetGaussian: normal.map { epsilon * (1.0 / 256 + $0) },
            .negativeUniform: uniform.map { epsilon * ($0 - 1) / 256 },
            .uniform: uniform.map { epsilon * (2 * $0 - 1) },
        ]
        let levels: Double = scale == .dequantised ? 256 : 255
        for (kind, noise) in expected {
            let result = noisy(Noise(kind: kind, scale: epsilon), image, scale: scale)
            for (index, value) in result.values.enumerated() {
                #expect(abs(Double(value) - (Double(image.pixels[index]) / levels + noise[index])) < 2e-7)
            }
            #expect(result.clamped == 0)
        }
    }

    @Test("background and foreground split every image at 0.3, on the clean pixels", arguments: PixelScale.allCases)
    func masks(scale: PixelScale) {
        let image = ByteImage(ImageShape(height: 16, width: 16), pixels: (0...255).map { UInt8($0) })
        let clean = PixelTensor(image, scale: scale).values
        let all = noisy(Noise(scale: 0.5), image, scale: scale).values
        let background = noisy(Noise(scale: 0.5, mask: .background), image, scale: scale).values
        let foreground = noisy(Noise(scale: 0.5, mask: .foreground), image, scale: scale).values
        // 76/255 < 0.3 ≤ 77/256: both scales split at the same grey level.
        for level in 0...255 {
            #expect(background[level].bitPattern == (level <= 76 ? all : clean)[level].bitPattern)
            #expect(foreground[level].bitPattern == (level <= 76 ? clean : all)[level].bitPattern)
        }
    }

    @Test("noise of scale 0 changes no bit", arguments: Noise.Kind.allCases)
    func scaleZero(kind: Noise.Kind) {
        let image = pattern(8, 8)
        let clean = PixelTensor(image, scale: .dequantised).values
        #expect(noisy(Noise(kind: kind, scale: 0), image).values == clean)
    }

    @Test("the noise is the same for every model's size and scale, every mask and every strength")
    func sharedNoise() {
        let small = ByteImage(ImageShape(height: 4, width: 4), pixels: [UInt8](repeating: 0, count: 16))
        let large = ByteImage(ImageShape(height: 8, width: 8), pixels: [UInt8](repeating: 0, count: 64))
        let reference = noisy(Noise(scale: 1), large).values
        #expect(noisy(Noise(scale: 1), small).values.bits == Array(reference.prefix(16)).bits)
        #expect(noisy(Noise(scale: 1), large, scale: .symmetric).values.bits == reference.bits)
        #expect(noisy(Noise(scale: 1, mask: .background), large).values.bits == reference.bits)
        #expect(noisy(Noise(scale: 0.25), large).values.bits == reference.map { $0 * 0.25 }.bits)
    }

    @Test("another image or another seed has other noise")
    func ownNoise() {
        let image = pattern(4, 4)
        let reference = noisy(Noise(scale: 1), image).values
        #expect(noisy(Noise(scale: 1), image, draws: draws(index: 3)).values != reference)
        #expect(noisy(Noise(scale: 1), image, draws: draws(seed: 6)).values != reference)
    }

    @Test("the noise is the same on every instruction set", arguments: InstructionSet.available)
    func instructionSets(set: InstructionSet) {
        let image = pattern(32, 32)
        let reference = noisy(Noise(scale: 0.001), image)
        #expect(noisy(Noise(scale: 0.001), image, draws: draws(set)).values.bits == reference.values.bits)
    }

    @Test("clamping keeps the range of 8-bit pixels and counts what it changed", arguments: PixelScale.allCases)
    func clamping(scale: PixelScale) {
        let image = pattern(16, 16)
        let free = noisy(Noise(scale: 0.5), image, scale: scale).values
        let brightest: Float = scale == .dequantised ? 255.0 / 256 : 1
        let clamped = noisy(Noise(scale: 0.5, clamp: true), image, scale: scale)
        #expect(clamped.values == free.map { min(max($0, 0), brightest) })
        #expect(clamped.clamped == free.count { $0 < 0 || $0 > brightest })
        #expect(clamped.clamped > 20)
    }

    @Test(
        "re-quantised pixels are grey levels, the nearest, and stay when re-quantised again",
        arguments: PixelScale.allCases
    )
    func requantising(scale: PixelScale) throws {
        let image = pattern(16, 16)
        let levels: Float = scale == .dequantised ? 256 : 255
        let free = noisy(Noise(scale: 0.3), image, scale: scale).values
        let result = noisy(Noise(scale: 0.3, requantise: true), image, scale: scale)
        let bytes = try result.values.map { try #require(UInt8(exactly: ($0 * levels).rounded())) }
        #expect(result.values == bytes.map { Float($0) / levels })
        #expect(zip(result.values, free).allSatisfy { abs($0 - min(max($1, 0), 255 / levels)) <= 0.501 / levels })
        let again = noisy(Noise(scale: 0, requantise: true), ByteImage(image.shape, pixels: bytes), scale: scale)
        #expect(again.values.bits == result.values.bits)
        #expect(again.clamped == 0)
    }

    @Test("re-quantising leaves pixels outside the mask to the last bit")
    func requantisedMask() {
        let image = pattern(16, 16)
        let result = noisy(Noise(scale: 0.3, mask: .background, requantise: true), image).values
        for (index, value) in image.pixels.enumerated() where value > 76 {
            #expect(result[index] == Float(value) / 256)
        }
    }

    @Test("over many images the noise has its distribution's moments")
    func moments() {
        let black = ByteImage(ImageShape(height: 32, width: 32), pixels: [UInt8](repeating: 0, count: 1024))
        func moments(_ kind: Noise.Kind) -> (mean: Double, deviation: Double, least: Float, most: Float) {
            let values = (0..<64).flatMap { noisy(Noise(kind: kind, scale: 1), black, draws: draws(index: $0)).values }
            let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
            let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
            return (mean, variance.squareRoot(), values.min() ?? 0, values.max() ?? 0)
        }
        // 65,536 values: four standard errors are 0.0156 for a mean, 0.011 for a deviation.
        let gaussian = moments(.gaussian)
        #expect(abs(gaussian.mean) < 0.0156)
        #expect(abs(gaussian.deviation - 1) < 0.011)
        #expect(abs(moments(.offsetGaussian).mean - gaussian.mean - 1.0 / 256) < 1e-6)
        let uniform = moments(.negativeUniform)
        #expect(uniform.least >= -1.0 / 256 && uniform.most < 0)
        #expect(abs(uniform.mean + 1.0 / 512) < 2e-5)
        #expect(abs(uniform.deviation - 1 / (256 * 12.0.squareRoot())) < 1e-5)
        let even = moments(.uniform)
        #expect(even.least >= -1 && even.most < 1)
        #expect(abs(even.mean) < 0.0091)
        #expect(abs(even.deviation - 1 / 3.0.squareRoot()) < 0.004)
    }
}
