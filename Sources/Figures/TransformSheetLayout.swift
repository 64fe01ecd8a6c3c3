// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where everything of a sheet of transformations stands, in pixels.
struct TransformSheetLayout {
    private static let textScale = 2
    private static let line = BitmapFont.size.height * textScale + 8
    /// Around the sheet, and between cards.
    private static let margin = 18
    /// Between a card's frame and what is in it.
    private static let padding = 10
    /// Between pictures, and between those of two data sets.
    private static let (gap, wideGap) = (6, 18)
    /// A sheet is not much wider, but for cards that are.
    private static let greatestWidth = 1500
    /// What a card has room for, whatever its pictures are: names and numbers.
    private static let leastCard = 300

    private static let ink: Canvas.Colour = (0, 0, 0)
    private static let faint: Canvas.Colour = (95, 95, 95)
    private static let frame: Canvas.Colour = (205, 205, 205)

    private let sheet: TransformSheet
    /// Pixels of the sheet along each side of an image's pixel.
    private let factor: Int
    /// The room of a picture.
    private let slot: (width: Int, height: Int)
    private let inner: Int
    private let columns: Int
    private let headingLines: [String]
    private let remarkLines: [String]
    /// The lines of each card's parameters.
    private let details: [[String]]

    init(_ sheet: TransformSheet) {
        self.sheet = sheet
        let images = sheet.cards.flatMap { $0.pictures.joined().compactMap { $0?.image } }
        let (high, wide) = (images.map(\.height).max() ?? 1, images.map(\.width).max() ?? 1)
        let most = sheet.cards.map { $0.pictures.joined().count }.max() ?? 0
        factor = max(1, (most > 4 ? 64 : 96) / max(high, wide))
        slot = (wide * factor, high * factor)
        inner = max(Self.leastCard, sheet.cards.map { [slot] in Self.width($0, slot: slot.width) }.max() ?? 0)
        let card = inner + 2 * Self.padding + Self.margin
        columns = max(1, min(sheet.cards.count, (Self.greatestWidth - Self.margin) / card))
        let text = max(columns * card - Self.margin, 900)
        headingLines = sheet.heading.flatMap { Self.lines($0, within: text) }
        remarkLines = sheet.remarks.flatMap { Self.lines($0, within: text) }
        details = sheet.cards.map { [inner] in Self.lines($0.details, within: inner) }
    }

    private static func width(_ card: TransformSheet.Card, slot: Int) -> Int {
        let groups = card.pictures.filter { !$0.isEmpty }
        let pictures = groups.reduce(0) { $0 + $1.count * (slot + gap) - gap }
        return pictures + max(0, groups.count - 1) * wideGap
    }

    /// Text broken between words, and within a word that is wider than a line.
    private static func lines(_ text: String, within width: Int) -> [String] {
        text.split(separator: "\n").flatMap { broken($0, within: width) }
    }

    private static func broken(_ text: Substring, within width: Int) -> [String] {
        let most = max(1, (width / textScale + 1) / BitmapFont.advance)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = String(word)
            if !line.isEmpty, line.count + 1 + word.count <= most {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while word.count > most {
                lines.append(String(word.prefix(most)))
                word = String(word.dropFirst(most))
            }
            line = word
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Rows of the grid: the cards' positions.
    private var rows: [Range<Int>] {
        stride(from: 0, to: sheet.cards.count, by: columns).map { $0..<min($0 + columns, sheet.cards.count) }
    }

    /// Cards beside one another have one height, and their pictures stand at one.
    private func textLines(_ row: Range<Int>) -> Int { details[row].map(\.count).max() ?? 0 }

    private func height(_ row: Range<Int>) -> Int {
        2 * Self.padding + (1 + textLines(row)) * Self.line + slot.height + 6 + Self.line - 8
    }

    func drawn() -> Canvas {
        let card = inner + 2 * Self.padding
        let width = 2 * Self.margin + max(columns * (card + Self.margin) - Self.margin, textWidth)
        let cards = rows.reduce(0) { $0 + height($1) + Self.margin }
        let texts = (headingLines.count + remarkLines.count) * Self.line
        var canvas = Canvas(width: width, height: 3 * Self.margin + texts + cards)
        var y = Self.margin
        func write(_ lines: [String]) {
            for line in lines {
                canvas.write(line, x: Self.margin, y: y, scale: Self.textScale, Self.ink)
                y += Self.line
            }
        }
        write(headingLines)
        y += Self.margin / 2
        for row in rows {
            let height = height(row)
            for (column, number) in row.enumerated() {
                let x = Self.margin + column * (card + Self.margin)
                canvas.fill(x: x, y: y, width: card, height: height, Self.frame)
                canvas.fill(x: x + 1, y: y + 1, width: card - 2, height: height - 2, (255, 255, 255))
                draw(number, x: x + Self.padding, y: y + Self.padding, lines: textLines(row), on: &canvas)
            }
            y += height + Self.margin
        }
        write(remarkLines)
        return canvas
    }

    private var textWidth: Int {
        (headingLines + remarkLines).map { Canvas.width(of: $0, scale: Self.textScale) }.max() ?? 0
    }

    private func draw(_ number: Int, x: Int, y: Int, lines: Int, on canvas: inout Canvas) {
        let (card, scale) = (sheet.cards[number], Self.textScale)
        // Twice, a pixel apart: bold.
        for shift in 0...1 { canvas.write(card.name, x: x + shift, y: y, scale: scale, Self.ink) }
        let right = x + inner - Canvas.width(of: card.strength, scale: scale)
        canvas.write(card.strength, x: right, y: y, scale: scale, Self.ink)
        for (place, line) in details[number].enumerated() {
            canvas.write(line, x: x, y: y + (place + 1) * Self.line, scale: scale, Self.faint)
        }
        let top = y + (1 + lines) * Self.line
        for (place, line) in Self.lines(card.note, within: inner).enumerated() {
            canvas.write(line, x: x, y: top + Self.line / 2 + place * Self.line, scale: scale, Self.faint)
        }
        var left = x
        for group in card.pictures where !group.isEmpty {
            for picture in group {
                if let picture { draw(picture, x: left, y: top, on: &canvas) }
                left += slot.width + Self.gap
            }
            left += Self.wideGap - Self.gap
        }
    }

    private func draw(_ picture: TransformSheet.Picture, x: Int, y: Int, on canvas: inout Canvas) {
        let (image, side) = (picture.image, factor)
        // A frame, so that white images end somewhere.
        canvas.fill(x: x - 1, y: y - 1, width: image.width * side + 2, height: image.height * side + 2, (153, 153, 153))
        for pixel in 0..<image.height * image.width {
            let first = pixel * image.channels
            let values = image.pixels[first..<first + image.channels]
            let colour: Canvas.Colour = (
                values[first], values[first + image.channels / 2], values[first + image.channels - 1]
            )
            let (left, top) = (x + pixel % image.width * side, y + pixel / image.width * side)
            canvas.fill(x: left, y: top, width: side, height: side, colour)
        }
        canvas.write(picture.caption, x: x, y: y + slot.height + 6, scale: Self.textScale, Self.faint)
    }
}
