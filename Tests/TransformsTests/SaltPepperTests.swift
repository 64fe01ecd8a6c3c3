// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Kernels
import Testing
import Transforms
import Vocabulary

@Suite struct SaltPepperTests {
    @Test("values are replaced as documented, from the image's own random numbers", arguments: PixelScale.allCases)
    func documented(scale: PixelScale) {
        let image = pattern(6, 5)
        let stream = RandomStream(seed: 5, purpose: .impulses, index: 2)
        let clean = PixelTensor(image, scale: scale).values
        let result = noisy(SaltPepper(amount: 0.3, salt: 0.25), image, scale: scale)
        for index in 0..<30 {
            let isReplaced = Double(stream.word(index) >> 8) < 0.3 * 0x1p24
            let isWhite = Double(stream.word(30 + index) >> 8) < 0.25 * 0x1p24
            let white: Float = scale == .dequantised ? 255.0 / 256 : 1
            #expect(result.values[index] == (isReplaced ? isWhite ? white : 0 : clean[index]))
        }
        #expect(result.values != clean)
        #expect(result.clamped == 0)
    }

    @Test("a larger amount replaces what a smaller one does, by the same, and more; 0 nothing and 1 everything")
    func nested() {
        let image = ByteImage(ImageShape(height: 32, width: 32), pixels: [UInt8](repeating: 77, count: 1024))
        let clean = PixelTensor(image, scale: .symmetric).values[0]
        var before = noisy(SaltPepper(amount: 0), image, scale: .symmetric).values
        #expect(before.allSatisfy { $0 == clean })
        for amount in [0.001, 0.01, 0.1, 0.5, 1] {
            let now = noisy(SaltPepper(amount: amount), image, scale: .symmetric).values
            #expect(zip(before, now).allSatisfy { $0 == clean || $0 == $1 })
            let replaced = now.count { $0 != clean }
            // Four standard deviations of a binomial number.
            #expect(abs(Double(replaced) - 1024 * amount) <= 4 * (1024 * amount * (1 - amount)).squareRoot())
            before = now
        }
        #expect(abs(before.count { $0 == 1 } - 512) <= 64)
        #expect(noisy(SaltPepper(amount: 1, salt: 0), image).values.allSatisfy { $0 == 0 })
        #expect(noisy(SaltPepper(amount: 1, salt: 1), image).values.allSatisfy { $0 == 255.0 / 256 })
    }

    @Test("the mask decides by the pixel as it was", arguments: PixelScale.allCases)
    func masks(scale: PixelScale) {
        let image = pattern(16, 16)
        let clean = PixelTensor(image, scale: scale).values
        let all = noisy(SaltPepper(amount: 0.6), image, scale: scale).values
        for mask in [Noise.Mask.background, .foreground] {
            let some = noisy(SaltPepper(amount: 0.6, mask: mask), image, scale: scale).values
            for index in clean.indices {
                #expect(some[index] == ((clean[index] < 0.3) == (mask == .background) ? all[index] : clean[index]))
            }
        }
    }

    @Test("images and seeds have draws of their own, and not those of noise that is added")
    func keyed() {
        let image = pattern(8, 8)
        let noise = SaltPepper(amount: 0.5)
        let reference = noisy(noise, image).values
        #expect(noisy(noise, image, draws: draws(index: 3)).values != reference)
        #expect(noisy(noise, image, draws: draws(seed: 6)).values != reference)
        #expect(draws().impulses(64) != draws().uniformNoise(64))
    }
}
