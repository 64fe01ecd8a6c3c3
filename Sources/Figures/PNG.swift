// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CPNG

/// Pixels as the bytes of a PNG file.
package enum PNG {
    /// Encodes an image; equal pixels give equal bytes.
    ///
    /// - Parameters:
    ///   - pixels: (height, width, channels).
    ///   - height: Rows.
    ///   - width: Columns.
    ///   - channels: 1 or 3.
    /// - Returns: The file.
    /// - Throws: ``ImageSheetError`` when the library refuses.
    package static func bytes(
        _ pixels: [UInt8],
        height: Int,
        width: Int,
        channels: Int
    ) throws(ImageSheetError) -> [UInt8] {
        precondition(pixels.count == height * width * channels, "pixels of another size")
        var image = bitsweep_png_image(UInt32(width), UInt32(height), channels == 3 ? 1 : 0)
        // Deflate adds a few bytes to what it cannot shorten; the rest is room for headers.
        var bytes = [UInt8](repeating: 0, count: pixels.count + pixels.count / 100 + height + 4096)
        var size = bytes.count
        let isWritten = pixels.withUnsafeBytes { pixels in
            bytes.withUnsafeMutableBytes { bytes in
                png_image_write_to_memory(&image, bytes.baseAddress, &size, 0, pixels.baseAddress, 0, nil) != 0
            }
        }
        guard isWritten, size <= bytes.count else {
            let message = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw ImageSheetError(reason: message)
        }
        return Array(bytes[..<size])
    }
}
