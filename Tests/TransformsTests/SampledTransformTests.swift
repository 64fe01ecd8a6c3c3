// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import Testing
import Transforms
import Vocabulary

/// Turned and scaled images against SciPy, plain floating-point sampling, and exact maps.
@Suite struct SampledTransformTests {
    // a = i·i·7 + i·91 + 3 modulo 256 in 5 rows of 6; c = (2, 2.5); SciPy 1.16:
    // floor(affine_transform(a, m, c - m @ c, order=1, mode=…) + 0.5), m = [[cos, sin], [-sin, cos]], and eye(2) / ratio;
    // mode 'grid-constant' for zero, 'nearest' for edge, 'grid-wrap' for wrap.
    @Test(
        "an image is turned as SciPy turns it",
        arguments: [
            (
                Rotation(degrees: 10),
                [
                    24, 110, 157, 127, 155, 64, 52, 184, 150, 107, 106, 123, 49, 104, 95, 128, 137, 207, 54, 125, 44,
                    117,
                    58, 114, 50, 177, 194, 148, 90, 53,
                ]
            ),
            (
                Rotation(degrees: -33.5, fill: .edge),
                [
                    49, 59, 167, 191, 129, 150, 63, 63, 137, 141, 108, 220, 124, 117, 74, 121, 99, 103, 247, 149, 100,
                    112,
                    198, 143, 220, 171, 131, 52, 160, 223,
                ]
            ),
            (
                Rotation(degrees: 140, fill: .wrap),
                [
                    107, 193, 54, 119, 144, 194, 86, 173, 119, 111, 143, 197, 137, 91, 120, 73, 110, 157, 161, 91, 147,
                    125,
                    77, 73, 133, 168, 170, 163, 50, 184,
                ]
            ),
        ] as [(Rotation, [UInt8])]
    )
    func rotations(_ rotation: Rotation, _ expected: [UInt8]) {
        #expect(rotation.changed(pattern(5, 6)).pixels == expected)
    }

    @Test(
        "an image is scaled as SciPy scales it",
        arguments: [
            (
                Zoom(ratio: 0.85),
                [
                    1, 49, 131, 62, 127, 44, 15, 151, 168, 104, 94, 39, 31, 62, 87, 132, 196, 137, 39, 150, 57, 128,
                    64, 85, 27, 133, 126, 88, 63, 29,
                ]
            ),
            (
                Zoom(ratio: 1.1, fill: .edge),
                [
                    34, 133, 197, 93, 182, 129, 73, 194, 147, 112, 90, 78, 57, 68, 91, 125, 172, 230, 87, 136, 27, 131,
                    46,
                    142, 111, 226, 157, 139, 94, 95,
                ]
            ),
            (
                Zoom(ratio: 0.6, fill: .wrap),
                [
                    86, 73, 162, 117, 110, 173, 150, 13, 175, 119, 100, 97, 201, 55, 81, 144, 245, 62, 86, 73, 162, 117,
                    110,
                    173, 150, 13, 175, 119, 100, 97,
                ]
            ),
        ] as [(Zoom, [UInt8])]
    )
    func zooms(_ zoom: Zoom, _ expected: [UInt8]) {
        #expect(zoom.changed(pattern(5, 6)).pixels == expected)
    }

    /// The value of channel `channel` at a place, bilinear in double precision, black beyond the image.
    private func sample(_ image: ByteImage, _ y: Double, _ x: Double, _ channel: Int) -> Double {
        func value(_ row: Int, _ column: Int) -> Double {
            let shape = image.shape
            guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { return 0 }
            return Double(image.pixels[(row * shape.width + column) * shape.channels + channel])
        }
        let (row, column) = (y.rounded(.down), x.rounded(.down))
        let (top, left, down, right) = (Int(row), Int(column), y - row, x - column)
        return (value(top, left) * (1 - right) + value(top, left + 1) * right) * (1 - down)
            + (value(top + 1, left) * (1 - right) + value(top + 1, left + 1) * right) * down
    }

    @Test(
        "whole numbers are within half a level of floating-point sampling, and a hundredth for the rounding of places",
        arguments: [-170, -45, -12.25, -1, 0.01, 7, 30, 89.9, 133],
        [(28, 28, 1), (9, 14, 3)]
    )
    func naive(degrees: Double, size: (height: Int, width: Int, channels: Int)) {
        let image = pattern(size.height, size.width, size.channels)
        let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
        let (middle, centre) = (Double(size.height - 1) / 2, Double(size.width - 1) / 2)
        let ratio = 0.75 + abs(degrees) / 100
        let (turned, scaled) = (
            Rotation(degrees: degrees).changed(image).pixels, Zoom(ratio: ratio).changed(image).pixels
        )
        for index in 0..<image.shape.count {
            let (pixel, channel) = (index / size.channels, index % size.channels)
            let (down, right) = (Double(pixel / size.width) - middle, Double(pixel % size.width) - centre)
            let (y, x) = (middle + cosine * down + sine * right, centre - sine * down + cosine * right)
            #expect(abs(Double(turned[index]) - sample(image, y, x, channel)) < 0.51)
            let place = (middle + down / ratio, centre + right / ratio)
            #expect(abs(Double(scaled[index]) - sample(image, place.0, place.1, channel)) < 0.51)
        }
    }

    @Test("right angles are the quarter turns of dihedral, and no turn and no zoom are the image itself")
    func exact() {
        for image in [pattern(28, 28), pattern(7, 7, 3)] {
            #expect(Rotation(degrees: 90).changed(image) == Dihedral(.rotate90).changed(image))
            #expect(Rotation(degrees: 180).changed(image) == Dihedral(.rotate180).changed(image))
            #expect(Rotation(degrees: -180).changed(image) == Dihedral(.rotate180).changed(image))
            #expect(Rotation(degrees: -90).changed(image) == Dihedral(.rotate270).changed(image))
            #expect(Rotation(degrees: 0).changed(image) == image)
            #expect(Zoom(ratio: 1).changed(image) == image)
        }
        #expect(Rotation(degrees: 180).changed(pattern(4, 9)) == Dihedral(.rotate180).changed(pattern(4, 9)))
    }

    @Test("sines and cosines are those of the library, to half of 2⁻³²")
    func sines() {
        for degrees in stride(from: -180, through: 180, by: 0.37) {
            let (sine, cosine) = Rotation(degrees: degrees).sineAndCosine
            #expect(abs(Double(sine) - sin(degrees * .pi / 180) * 0x1p32) < 0.5001)
            #expect(abs(Double(cosine) - cos(degrees * .pi / 180) * 0x1p32) < 0.5001)
        }
    }

    @Test("an image of one grey stays so where its edges are continued")
    func flat() {
        let shape = ImageShape(height: 12, width: 9)
        for grey in [0, 1, 127, 255] as [UInt8] {
            let image = ByteImage(shape, pixels: [UInt8](repeating: grey, count: shape.count))
            for fill in [ImageSurroundings.edge, .wrap] {
                #expect(Rotation(degrees: 21, fill: fill).changed(image) == image)
                #expect(Zoom(ratio: 0.7, fill: fill).changed(image) == image)
                #expect(Blur(sigma: 2.3, fill: fill).changed(image) == image)
            }
        }
    }
}
