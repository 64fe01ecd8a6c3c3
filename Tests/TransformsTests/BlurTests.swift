// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Testing
import Transforms
import Vocabulary

@Suite struct BlurTests {
    // a = i·i·7 + i·91 + 3 modulo 256 in 5 rows of 6; SciPy 1.16: floor(gaussian_filter(a, sigma, mode=…, truncate=4) + 0.5),
    // mode 'nearest' for edge, 'constant' for zero, 'wrap' for wrap.
    @Test(
        "an image is blurred as SciPy blurs it",
        arguments: [
            (
                Blur(sigma: 0.5),
                [
                    18, 112, 184, 112, 185, 124, 49, 167, 153, 113, 102, 87, 58, 87, 93, 125, 155, 210, 78, 139, 64,
                    116, 66,
                    153, 92, 218, 175, 137, 98, 91,
                ]
            ),
            (
                Blur(sigma: 1, fill: .zero),
                [
                    36, 77, 98, 95, 89, 63, 53, 101, 121, 119, 114, 86, 59, 98, 111, 116, 120, 99, 67, 103, 109, 106,
                    104,
                    86, 60, 96, 98, 85, 71, 53,
                ]
            ),
            (
                Blur(sigma: 1.7, fill: .wrap),
                [
                    115, 120, 124, 124, 119, 115, 114, 118, 122, 122, 119, 115, 115, 117, 120, 121, 118, 115, 115, 118,
                    121,
                    121, 118, 115, 116, 120, 124, 123, 119, 115,
                ]
            ),
        ] as [(Blur, [UInt8])]
    )
    func scipy(_ blur: Blur, _ expected: [UInt8]) {
        #expect(blur.changed(pattern(5, 6)).pixels == expected)
    }

    // NumPy: r = int(4 * s + 0.5); k = exp(-arange(-r, r + 1)**2 / (2 * s * s)); floor(k / k.sum() * 65536 + 0.5), from the
    // middle on; the first is what is left of 65536.
    @Test(
        "weights are those of the Gaussian in units of 2⁻¹⁶",
        arguments: [
            (0.1, [65_536]), (0.5, [51_550, 6976, 17]), (1, [26_146, 15_858, 3538, 290, 9]),
            (3.3, [7924, 7568, 6594, 5241, 3801, 2514, 1517, 835, 419, 192, 80, 31, 11, 3]),
        ] as [(Double, [Int])]
    )
    func weights(_ sigma: Double, _ expected: [Int]) {
        #expect(Blur(sigma: sigma).weights == expected)
    }

    @Test("a blur treats each channel by itself, and rows as columns")
    func channels() {
        let (height, width) = (11, 11)
        let grey = pattern(height, width)
        let colours = ByteImage(
            ImageShape(height: height, width: width, channels: 3),
            pixels: grey.pixels.flatMap { [$0, 255 - $0, $0 / 2] }
        )
        for blur in [Blur(sigma: 0.8), Blur(sigma: 2, fill: .zero), Blur(sigma: 5, fill: .wrap)] {
            let blurred = blur.changed(colours).pixels
            for channel in 0..<3 {
                let single = ByteImage(
                    grey.shape,
                    pixels: stride(from: channel, to: colours.pixels.count, by: 3).map { colours.pixels[$0] }
                )
                #expect(
                    stride(from: channel, to: blurred.count, by: 3).map { blurred[$0] } == blur.changed(single).pixels
                )
            }
            let turned = Dihedral(.transpose).changed(blur.changed(grey))
            #expect(blur.changed(Dihedral(.transpose).changed(grey)) == turned)
        }
    }
}
