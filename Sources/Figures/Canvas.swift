// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Coloured pixels to draw on, white at first.
struct Canvas {
    /// A colour as red, green and blue.
    typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

    let width: Int
    let height: Int
    /// (rows, columns, 3).
    private(set) var pixels: [UInt8]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 255, count: width * height * 3)
    }

    /// Colours a rectangle; what lies beyond the canvas is left out.
    mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
            for column in max(0, x)..<max(max(0, x), min(self.width, x + width)) {
                let place = 3 * (row * self.width + column)
                (pixels[place], pixels[place + 1], pixels[place + 2]) = colour
            }
        }
    }

    /// Writes a line whose upper left corner is at (x, y); each pixel of a letter becomes `scale` by `scale`.
    mutating func write(_ text: String, x: Int, y: Int, scale: Int, _ colour: Colour = (0, 0, 0)) {
        for (position, character) in text.enumerated() {
            let left = x + position * BitmapFont.advance * scale
            for (row, bits) in BitmapFont.rows(character).enumerated() {
                for column in 0..<BitmapFont.size.width where bits >> (BitmapFont.size.width - 1 - column) & 1 == 1 {
                    fill(x: left + column * scale, y: y + row * scale, width: scale, height: scale, colour)
                }
            }
        }
    }

    /// Columns that a line takes.
    static func width(of text: String, scale: Int) -> Int { max(0, text.count * BitmapFont.advance - 1) * scale }
}
