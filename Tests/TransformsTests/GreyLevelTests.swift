// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Transforms
import Vocabulary

/// Contrast, brightness, negatives and fewer levels against NumPy and Pillow.
@Suite struct GreyLevelTests {
    /// An image of all grey levels in order.
    private let ramp = ByteImage(ImageShape(height: 16, width: 16), pixels: (0...255).map { UInt8($0) })

    // a = i·i·7 + i·91 + 3 modulo 256 in 5 rows of 6; m = floor(a.mean() + 0.5) or 127.5; NumPy 2.3:
    // floor(clip(m + factor * (a - m), 0, 255) + 0.5)
    @Test(
        "contrast multiplies distances from the mean or from the middle",
        arguments: [
            (
                Contrast(factor: 0.5),
                [
                    61, 110, 166, 101, 171, 120, 76, 167, 137, 114, 98, 89, 87, 92, 104, 123, 149, 182, 94, 141, 67,
                    128, 68, 143, 97, 186, 154, 129, 111, 100,
                ]
            ),
            (
                Contrast(factor: 0.5, about: .middle),
                [
                    65, 114, 170, 105, 175, 124, 80, 171, 141, 118, 102, 93, 91, 96, 108, 127, 153, 186, 98, 145, 71,
                    132, 72, 147, 101, 190, 158, 133, 115, 104,
                ]
            ),
            (
                Contrast(factor: 1.75),
                [
                    0, 88, 255, 56, 255, 123, 0, 255, 182, 102, 46, 14, 7, 25, 67, 133, 224, 255, 32, 196, 0, 151, 0,
                    203, 42, 255, 242, 154, 91, 53,
                ]
            ),
            (
                Contrast(factor: 1.75, about: .middle),
                [
                    0, 81, 255, 50, 255, 116, 0, 255, 176, 95, 39, 8, 1, 18, 60, 127, 218, 255, 25, 190, 0, 144, 0,
                    197, 36, 255, 235, 148, 85, 46,
                ]
            ),
        ] as [(Contrast, [UInt8])]
    )
    func contrasts(_ contrast: Contrast, _ expected: [UInt8]) {
        #expect(contrast.changed(pattern(5, 6)).pixels == expected)
    }

    @Test(
        "a contrast of 1 changes nothing, one of 0 leaves the mean, and colours have one mean",
        arguments: Contrast.Pivot.allCases
    )
    func contrastEnds(_ pivot: Contrast.Pivot) {
        let image = pattern(9, 5, 3)
        #expect(Contrast(factor: 1, about: pivot).changed(image) == image)
        let mean = Double(image.pixels.reduce(0) { $0 + Int($1) }) / Double(image.shape.count)
        let grey = pivot == .mean ? UInt8((mean + 0.5).rounded(.down)) : 128
        #expect(Set(Contrast(factor: 0, about: pivot).changed(image).pixels) == [grey])
    }

    @Test("brightness adds levels and stays within 0 to 255", arguments: [-255, -40, -1, 0, 1, 100, 255])
    func brightness(_ offset: Int) {
        let changed = Brightness(offset: offset).changed(ramp).pixels.map { Int($0) }
        #expect(changed == (0...255).map { min(255, max(0, $0 + offset)) })
    }

    @Test("a negative is 255 − v, and the negative's negative is the image")
    func negative() {
        let negative = Inversion().changed(ramp)
        #expect(negative.pixels == (0...255).reversed().map { UInt8($0) })
        #expect(Inversion().changed(negative) == ramp)
    }

    // Pillow 12: asarray(ImageOps.posterize(Image.fromarray(arange(256, dtype=uint8).reshape(16, 16)), bits)).
    // NumPy 2.3: n = 2**bits - 1; floor(floor(v / 255 * n + 0.5) / n * 255 + 0.5).
    @Test(
        "fewer bits are those of Pillow's posterize, or the nearest of evenly spaced levels",
        arguments: [
            (Quantisation(bits: 1, rounding: .down), [0, 0, 0, 0, 0, 0, 128, 128, 128, 128]),
            (Quantisation(bits: 3, rounding: .down), [0, 0, 32, 32, 64, 96, 128, 192, 224, 224]),
            (Quantisation(bits: 7, rounding: .down), [0, 0, 34, 62, 64, 126, 128, 200, 254, 254]),
            (Quantisation(bits: 1), [0, 0, 0, 0, 0, 0, 255, 255, 255, 255]),
            (Quantisation(bits: 2), [0, 0, 0, 85, 85, 85, 170, 170, 255, 255]),
            (Quantisation(bits: 3), [0, 0, 36, 73, 73, 109, 146, 182, 255, 255]),
            (Quantisation(bits: 5), [0, 0, 33, 66, 66, 123, 132, 197, 255, 255]),
        ] as [(Quantisation, [UInt8])]
    )
    func bits(_ quantisation: Quantisation, _ expected: [UInt8]) {
        let changed = quantisation.changed(ramp).pixels
        #expect([0, 1, 35, 63, 64, 127, 128, 200, 254, 255].map { changed[$0] } == expected)
        #expect(Set(changed).count == 1 << quantisation.bits)
    }

    @Test("eight bits change nothing, and quantising twice is quantising once", arguments: 1...8)
    func idempotent(_ bits: Int) {
        for rounding in Quantisation.Rounding.allCases {
            let quantisation = Quantisation(bits: bits, rounding: rounding)
            let once = quantisation.changed(ramp)
            #expect(quantisation.changed(once) == once)
            #expect((once == ramp) == (bits == 8))
        }
    }
}
