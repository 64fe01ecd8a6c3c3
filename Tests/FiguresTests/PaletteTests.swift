// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Figures

@Suite("colours")
struct PaletteTests {
    /// Contrasts on white as the Python package wcag-contrast-ratio 0.9 gives them.
    @Test(
        "contrast is that of WCAG",
        arguments: [
            ("#e69f00", 2.25), ("#56b4e9", 2.31), ("#009e73", 3.42), ("#f0e442", 1.32), ("#0072b2", 5.19),
            ("#d55e00", 3.87), ("#cc79a7", 3.06), ("#595959", 7.0),
        ]
    )
    func contrast(_ colour: String, _ expected: Double) {
        #expect(abs(Palette.contrast(colour, "#ffffff") - expected) < 0.006)
    }

    @Test("what is hard to see on white has an outline that is not; so has its line another colour")
    func outlines() {
        for count in 1...40 {
            for style in Palette.styles(count) {
                let edge = style.area.stroke ?? style.colour
                #expect(Palette.contrast(edge, "#ffffff") >= 3)
                #expect(Palette.contrast(style.line.stroke ?? "#ffffff", "#ffffff") >= 3)
                #expect(Palette.contrast(style.point.stroke ?? "#ffffff", "#ffffff") >= 3)
            }
        }
    }

    @Test("40 series look different without colour: by shape, by kind of line or fill, or by lightness")
    func distinct() {
        #expect(Set(Palette.styles(40)).count == 40)
        for style in Palette.styles(40).dropFirst(8) { #expect(!style.dash.isEmpty) }
        #expect(Set(Palette.styles(8).map(\.symbol)).count == 8)
    }

    @Test(
        "up to five series are in the order of their lightness, each clearly lighter than the one before",
        arguments: 2...5
    )
    func lightness(_ count: Int) {
        let lightness = Palette.styles(count).map { style -> Double in
            let luminance = Palette.luminance(style.colour)
            return luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
        }
        for (darker, lighter) in zip(lightness, lightness.dropFirst()) { #expect(lighter - darker >= 10) }
    }
}
