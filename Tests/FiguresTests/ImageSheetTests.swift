// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CPNG
import Testing

@testable import Figures

@Suite("image sheets")
struct ImageSheetTests {
    /// Width, height and pixels as libpng's reader sees the file.
    private func decoded(_ png: [UInt8], channels: Int) throws -> (width: Int, height: Int, pixels: [UInt8]) {
        var image = bitsweep_png_image(0, 0, channels == 3 ? 1 : 0)
        let format = image.format
        try #require(png.withUnsafeBytes { png_image_begin_read_from_memory(&image, $0.baseAddress, $0.count) } != 0)
        #expect(image.format == format)
        var pixels = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * channels)
        try #require(pixels.withUnsafeMutableBytes { png_image_finish_read(&image, nil, $0.baseAddress, 0, nil) } != 0)
        return (Int(image.width), Int(image.height), pixels)
    }

    @Test("what is read back is what was put in, each image in its place", arguments: [1, 3])
    func roundTrip(_ channels: Int) throws {
        var sheet = ImageSheet(imageHeight: 3, imageWidth: 5, channels: channels, columns: 2, scale: 2)
        let images = (0..<3).map { image in (0..<15 * channels).map { UInt8((image * 60 + $0 * 3) % 256) } }
        for image in images { sheet.append(image) }
        let (width, height, pixels) = try decoded(sheet.png(), channels: channels)
        #expect(width == 2 * (10 + 2) + 2 && height == 2 * (6 + 2) + 2)
        for (index, image) in images.enumerated() {
            for row in 0..<3 {
                for column in 0..<5 {
                    for channel in 0..<channels {
                        let y = 2 + index / 2 * 8 + 2 * row + 1
                        let x = 2 + index % 2 * 12 + 2 * column
                        #expect(
                            pixels[(y * width + x) * channels + channel]
                                == image[(row * 5 + column) * channels + channel]
                        )
                    }
                }
            }
        }
        #expect(pixels[0] == 128, "the frame is grey")
    }

    @Test("images of noise, which do not shrink, fit as well")
    func noise() throws {
        var sheet = ImageSheet(imageHeight: 32, imageWidth: 32, channels: 1, columns: 10, scale: 1)
        var state: UInt32 = 1
        for _ in 0..<100 {
            sheet.append(
                (0..<1024).map { _ in
                    state = state &* 1_664_525 &+ 1_013_904_223
                    return UInt8(state >> 24)
                }
            )
        }
        #expect(try decoded(sheet.png(), channels: 1).pixels == sheet.pixels)
    }
}
