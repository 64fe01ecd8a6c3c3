// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Small images in rows and columns, as one PNG.
public struct ImageSheet: Hashable, Sendable {
    /// Rows of each image.
    public let imageHeight: Int
    /// Columns of each image.
    public let imageWidth: Int
    /// Values of a pixel: 1 or 3.
    public let channels: Int
    /// Images beside one another.
    public let columns: Int
    /// Screen pixels along each side of an image's pixel.
    public let scale: Int
    /// The images, (rows, columns, channels) each, from left to right and from the top down.
    public private(set) var images: [[UInt8]] = []

    /// A sheet without images.
    ///
    /// - Parameters:
    ///   - imageHeight: Rows of each image.
    ///   - imageWidth: Columns of each image.
    ///   - channels: 1 or 3.
    ///   - columns: Images beside one another.
    ///   - scale: Screen pixels along each side of a pixel; 2 unless said otherwise.
    public init(imageHeight: Int, imageWidth: Int, channels: Int, columns: Int, scale: Int = 2) {
        precondition(channels == 1 || channels == 3, "\(channels) channels; a PNG here has 1 or 3")
        precondition(imageHeight > 0 && imageWidth > 0 && columns > 0 && scale > 0, "a sheet of no extent")
        self.imageHeight = imageHeight
        self.imageWidth = imageWidth
        self.channels = channels
        self.columns = columns
        self.scale = scale
    }

    /// Adds an image behind the others.
    public mutating func append(_ image: [UInt8]) {
        precondition(image.count == imageHeight * imageWidth * channels, "an image of another size")
        images.append(image)
    }

    /// Grey between the images, in screen pixels.
    private static let gap = 2
    /// What the space between images looks like: neither of the colours that images mostly have.
    private static let background: UInt8 = 128

    /// Columns of the whole sheet.
    public var width: Int { columns * (imageWidth * scale + Self.gap) + Self.gap }

    /// Rows of the whole sheet.
    public var height: Int { (images.count + columns - 1) / columns * (imageHeight * scale + Self.gap) + Self.gap }

    /// All pixels of the sheet, (rows, columns, channels).
    var pixels: [UInt8] {
        var pixels = [UInt8](repeating: Self.background, count: width * height * channels)
        for (index, image) in images.enumerated() {
            let top = Self.gap + index / columns * (imageHeight * scale + Self.gap)
            let left = Self.gap + index % columns * (imageWidth * scale + Self.gap)
            for row in 0..<imageHeight * scale {
                for column in 0..<imageWidth * scale {
                    let from = (row / scale * imageWidth + column / scale) * channels
                    let to = ((top + row) * width + left + column) * channels
                    for channel in 0..<channels { pixels[to + channel] = image[from + channel] }
                }
            }
        }
        return pixels
    }

    /// The sheet as the bytes of a PNG file.
    ///
    /// - Throws: ``ImageSheetError`` when the library refuses.
    public func png() throws(ImageSheetError) -> [UInt8] {
        try PNG.bytes(pixels, height: height, width: width, channels: channels)
    }
}

/// Why a sheet could not become a PNG.
public struct ImageSheetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the library says.
    public var reason: String

    /// One line.
    public var description: String { "the PNG could not be made: \(reason)" }
}
