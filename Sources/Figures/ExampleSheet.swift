// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Images, the same images transformed and what changed, side by side, with what a model says of both, as one PNG.
///
/// Differences are drawn around white: red where the transformed image is brighter, blue where it is darker. They are
/// scaled by one factor for the whole sheet, which stands at its head, so that a small change can be seen and two images
/// can be compared.
public struct ExampleSheet: Hashable, Sendable {
    /// One image.
    public struct Example: Hashable, Sendable {
        /// What stands above it, such as `#1234 class 7`.
        public var title: String
        /// (rows, columns, channels); 0 is black and 1 is white.
        public var original: [Float]
        /// The same of the transformed image.
        public var transformed: [Float]
        /// What stands under the original.
        public var originalCaption: String
        /// What stands under the transformed image.
        public var transformedCaption: String
        /// What stands under the difference.
        public var differenceCaption: String

        /// An image with all that is said of it.
        public init(
            title: String,
            original: [Float],
            transformed: [Float],
            originalCaption: String,
            transformedCaption: String,
            differenceCaption: String
        ) {
            self.title = title
            self.original = original
            self.transformed = transformed
            self.originalCaption = originalCaption
            self.transformedCaption = transformedCaption
            self.differenceCaption = differenceCaption
        }
    }

    /// Rows of an image.
    public let imageHeight: Int
    /// Columns of an image.
    public let imageWidth: Int
    /// 1 or 3.
    public let channels: Int
    /// Lines at the head of the sheet.
    public let heading: [String]
    /// The images.
    public let examples: [Example]

    /// A sheet of `examples`, two or more beside one another.
    public init(imageHeight: Int, imageWidth: Int, channels: Int, heading: [String], examples: [Example]) {
        precondition(channels == 1 || channels == 3, "\(channels) channels; a picture has 1 or 3")
        let size = imageHeight * imageWidth * channels
        precondition(
            examples.allSatisfy { $0.original.count == size && $0.transformed.count == size },
            "an image of another size"
        )
        self.imageHeight = imageHeight
        self.imageWidth = imageWidth
        self.channels = channels
        self.heading = heading
        self.examples = examples
    }

    private static let gap = 6
    private static let margin = 16
    private static let titleScale = 2
    private static let ink: Canvas.Colour = (0, 0, 0)
    private static let line = BitmapFont.size.height * titleScale + 8

    /// Screen pixels along each side of an image's pixel: an image is about 100 wide, so that its caption fits under it.
    private var scale: Int { max(1, 100 / max(imageHeight, imageWidth)) }
    private var columns: Int { examples.count < 4 ? max(1, examples.count) : examples.count <= 8 ? 2 : 4 }
    private var cardWidth: Int { 3 * imageWidth * scale + 2 * Self.gap }
    private var cardHeight: Int { 2 * Self.line + imageHeight * scale + 6 }

    /// By how much differences are multiplied before they are drawn: 1 / the largest of them, between 1 and 4,096.
    public var amplification: Double {
        var largest = 0.0
        for example in examples {
            for (before, after) in zip(example.original, example.transformed) {
                let change = abs(Double(after) - Double(before))
                if change.isFinite { largest = max(largest, change) }
            }
        }
        return largest > 0 ? min(4096, max(1, 1 / largest)) : 1
    }

    /// The sheet as the bytes of a PNG file; equal sheets give equal bytes.
    ///
    /// - Throws: ``ImageSheetError`` when the library refuses.
    public func png() throws(ImageSheetError) -> [UInt8] {
        let amplification = amplification
        let lines = heading + [legend(amplification)]
        let widest = lines.map { Canvas.width(of: $0, scale: Self.titleScale) }.max() ?? 0
        let rows = (examples.count + columns - 1) / columns
        let grid = columns * cardWidth + (columns - 1) * 3 * Self.gap
        let top = Self.margin + lines.count * Self.line + Self.gap
        var canvas = Canvas(
            width: max(grid, widest) + 2 * Self.margin,
            height: top + rows * (cardHeight + 2 * Self.gap) + Self.margin
        )
        for (position, text) in lines.enumerated() {
            canvas.write(text, x: Self.margin, y: Self.margin + position * Self.line, scale: Self.titleScale, Self.ink)
        }
        for (position, example) in examples.enumerated() {
            let x = Self.margin + position % columns * (cardWidth + 3 * Self.gap)
            let y = top + position / columns * (cardHeight + 2 * Self.gap)
            draw(example, x: x, y: y, amplification, on: &canvas)
        }
        return try PNG.bytes(canvas.pixels, height: canvas.height, width: canvas.width, channels: 3)
    }

    private func legend(_ amplification: Double) -> String {
        let factor = String(format: amplification >= 10 ? "%.0f" : "%.1f", amplification)
        return "original | transformed | difference x\(factor): red brighter, blue darker"
    }

    private func draw(_ example: Example, x: Int, y: Int, _ amplification: Double, on canvas: inout Canvas) {
        canvas.write(example.title, x: x, y: y, scale: Self.titleScale, Self.ink)
        let top = y + Self.line
        let step = imageWidth * scale + Self.gap
        let bottom = top + imageHeight * scale + 6
        let captions = [example.originalCaption, example.transformedCaption, example.differenceCaption]
        for (position, caption) in captions.enumerated() {
            let left = x + position * step
            // A frame, so that white images end somewhere.
            canvas.fill(
                x: left - 1,
                y: top - 1,
                width: imageWidth * scale + 2,
                height: imageHeight * scale + 2,
                (153, 153, 153)
            )
            for pixel in 0..<imageHeight * imageWidth {
                canvas.fill(
                    x: left + pixel % imageWidth * scale,
                    y: top + pixel / imageWidth * scale,
                    width: scale,
                    height: scale,
                    colour(of: pixel, panel: position, example, amplification)
                )
            }
            canvas.write(caption, x: left, y: bottom, scale: Self.titleScale, Self.ink)
        }
    }

    private func colour(of pixel: Int, panel: Int, _ example: Example, _ amplification: Double) -> Canvas.Colour {
        let range = pixel * channels..<(pixel + 1) * channels
        if panel < 2 {
            let values = (panel == 0 ? example.original : example.transformed)[range].map(Self.byte)
            return channels == 3 ? (values[0], values[1], values[2]) : (values[0], values[0], values[0])
        }
        let change = zip(example.original[range], example.transformed[range])
            .reduce(0.0) { $0 + Double($1.1) - Double($1.0) }
        return Self.diverging(change / Double(channels) * amplification)
    }

    private static func byte(_ value: Float) -> UInt8 {
        value.isFinite ? UInt8(max(0, min(255, (value * 256).rounded(.down)))) : 0
    }

    /// White at 0, the darkest red at 1, the darkest blue at −1; grey for what is no number.
    private static func diverging(_ value: Double) -> Canvas.Colour {
        guard value.isFinite else { return (128, 128, 128) }
        let depth = min(1, abs(value))
        func blend(_ end: Double) -> UInt8 { UInt8((255 - depth * (255 - end)).rounded()) }
        return value >= 0 ? (blend(178), blend(24), blend(43)) : (blend(5), blend(48), blend(97))
    }
}
