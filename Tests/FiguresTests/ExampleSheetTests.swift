// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Figures

/// Images with what is said of them, and the letters that say it.
@Suite struct ExampleSheetTests {
    @Test("each letter of names and numbers is drawn, and no two alike")
    func letters() {
        let used = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-+=_/()[]#%*<>?!'|~"
        let drawings = used.map(BitmapFont.rows)
        #expect(drawings.allSatisfy { (7...9).contains($0.count) && $0.allSatisfy { $0 < 32 } })
        #expect(Set(drawings).count == used.count)
        #expect(BitmapFont.rows("−") == BitmapFont.rows("-"))
        #expect(BitmapFont.rows(" ").allSatisfy { $0 == 0 })
        // What there is no drawing of does not disappear.
        #expect(BitmapFont.rows("語").contains { $0 != 0 })
    }

    @Test("a text is as wide as its letters and starts where it was put")
    func text() {
        var canvas = Canvas(width: 40, height: 20)
        canvas.write("I", x: 3, y: 2, scale: 2)
        let dark = (0..<40 * 20).filter { canvas.pixels[3 * $0] == 0 }
        // A capital I has bars of three and a stem: columns 1 to 3 of 5, rows 0 to 6 of 7.
        #expect(dark.map { $0 % 40 }.min() == 3 + 2 && dark.map { $0 % 40 }.max() == 3 + 2 * 4 - 1)
        #expect(dark.map { $0 / 40 }.min() == 2 && dark.map { $0 / 40 }.max() == 2 + 2 * 7 - 1)
        #expect(Canvas.width(of: "12.5", scale: 2) == 46)
        // Beyond the edge nothing is drawn, and nothing breaks.
        canvas.write("WWWWWWWW", x: 30, y: 15, scale: 3)
    }

    private func sheet(_ change: Float) -> ExampleSheet {
        let original: [Float] = [0, 0.25, 0.5, 1]
        return ExampleSheet(
            imageHeight: 2,
            imageWidth: 2,
            channels: 1,
            heading: ["head"],
            examples: [
                .init(
                    title: "#1",
                    original: original,
                    transformed: original.map { $0 + change },
                    originalCaption: "1.000",
                    transformedCaption: "1.500",
                    differenceCaption: "+0.500"
                )
            ]
        )
    }

    @Test("small differences are made visible by a factor that is told")
    func amplification() {
        #expect(sheet(0.25).amplification == 4)
        #expect(sheet(0).amplification == 1)
        #expect(sheet(2).amplification == 1)
        #expect(sheet(1e-9).amplification <= 4096)
    }

    @Test("a sheet is a PNG, and equal sheets are equal bytes")
    func png() throws {
        let bytes = try sheet(0.25).png()
        #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(try sheet(0.25).png() == bytes)
        #expect(try sheet(0.5).png() != bytes)
    }
}
