// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Figures

@Suite struct TransformSheetTests {
    private func picture(_ grey: UInt8, _ channels: Int = 1) -> TransformSheet.Picture {
        let pixels = [UInt8](repeating: grey, count: 32 * 32 * channels)
        return .init(image: PixelImage(height: 32, width: 32, channels: channels, pixels: pixels), caption: "20.1")
    }

    private func card(_ details: String = "scale=1", pictures: Int = 2) -> TransformSheet.Card {
        let row = (0..<pictures).map { place in place == 1 ? nil : picture(UInt8(place)) }
        return .init(name: "noise", details: details, strength: "20.1 dB", pictures: [row])
    }

    @Test("a sheet is a PNG, equal sheets are equal bytes, and other pictures are others")
    func png() throws {
        let sheet = TransformSheet(heading: ["head"], cards: [card()], remarks: [])
        let bytes = try sheet.png()
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(try sheet.png() == bytes)
        #expect(try TransformSheet(heading: ["head"], cards: [card(pictures: 3)], remarks: []).png() != bytes)
    }

    @Test("cards stand in rows no wider than a screen, and grow with the lines of their parameters")
    func layout() {
        func drawn(_ cards: [TransformSheet.Card], _ remarks: [String] = []) -> Canvas {
            TransformSheetLayout(TransformSheet(heading: ["head"], cards: cards, remarks: remarks)).drawn()
        }
        let (one, nine) = (drawn([card()]), drawn([TransformSheet.Card](repeating: card(), count: 9)))
        #expect(nine.width <= 1536 && nine.height > 2 * one.height)
        let long = (0..<12).map { "parameter=\($0)" }.joined(separator: " ")
        #expect(drawn([card(long)]).height > one.height + 80)
        // A word without an end is broken, and does not leave the card.
        #expect(drawn([card(String(repeating: "x", count: 300))]).width == one.width)
        #expect(drawn([card()], ["more"]).height > one.height)
    }

    @Test("pictures are drawn in their own colours, beside one another")
    func pictures() {
        var colours = [UInt8](repeating: 0, count: 32 * 32 * 3)
        for pixel in 0..<32 * 32 { (colours[3 * pixel], colours[3 * pixel + 2]) = (200, 77) }
        let image = PixelImage(height: 32, width: 32, channels: 3, pixels: colours)
        let card = TransformSheet.Card(
            name: "n",
            details: "",
            strength: "",
            pictures: [[.init(image: image, caption: "")], [picture(123)]]
        )
        let canvas = TransformSheetLayout(TransformSheet(heading: [], cards: [card], remarks: [])).drawn()
        func count(_ colour: [UInt8]) -> Int {
            (0..<canvas.width * canvas.height).count { Array(canvas.pixels[3 * $0..<3 * $0 + 3]) == colour }
        }
        // 96 pixels of the sheet along each side.
        #expect(count([200, 0, 77]) == 96 * 96)
        #expect(count([123, 123, 123]) == 96 * 96)
    }
}
