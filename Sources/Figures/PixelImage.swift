// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A small picture of 8-bit pixels, grey or in colour.
package struct PixelImage: Hashable, Sendable {
    /// Rows.
    package let height: Int
    /// Columns.
    package let width: Int
    /// 1 for grey, 3 for red, green and blue.
    package let channels: Int
    /// (rows, columns, channels).
    package let pixels: [UInt8]

    /// A picture of `pixels`.
    package init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
        precondition(channels == 1 || channels == 3, "\(channels) channels; a PNG here has 1 or 3")
        precondition(height > 0 && width > 0 && pixels.count == height * width * channels, "a picture of another size")
        self.height = height
        self.width = width
        self.channels = channels
        self.pixels = pixels
    }

    /// A picture of numbers, each with the colour `#rrggbb` that `colour` gives it.
    init(height: Int, width: Int, values: [Double], colour: (Double) -> String) {
        let pixels = values.flatMap { value -> [UInt8] in
            let number = UInt32(colour(value).dropFirst(), radix: 16) ?? 0
            return [16, 8, 0].map { UInt8(number >> $0 & 255) }
        }
        self.init(height: height, width: width, channels: 3, pixels: pixels)
    }

    /// The picture with `factor` pixels along each side of a pixel.
    ///
    /// Programs that show or print a picture of few pixels blur them, whatever they are told.
    func enlarged(by factor: Int) -> PixelImage {
        var enlarged: [UInt8] = []
        enlarged.reserveCapacity(pixels.count * factor * factor)
        for row in 0..<height {
            var line: [UInt8] = []
            line.reserveCapacity(width * channels * factor)
            for pixel in stride(from: row * width * channels, to: (row + 1) * width * channels, by: channels) {
                for _ in 0..<factor { line += pixels[pixel..<pixel + channels] }
            }
            for _ in 0..<factor { enlarged += line }
        }
        return PixelImage(height: height * factor, width: width * factor, channels: channels, pixels: enlarged)
    }

    /// The picture as the bytes of a PNG file.
    ///
    /// - Throws: ``ImageSheetError`` when the library refuses.
    package func png() throws(ImageSheetError) -> [UInt8] {
        try PNG.bytes(pixels, height: height, width: width, channels: channels)
    }
}
