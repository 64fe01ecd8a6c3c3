// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Figures

@Suite("widths of text")
struct TextMetricsTests {
    /// Sums of the advance widths that fontTools 4.68 reads from Liberation Sans, in units of 1/2048 em:
    /// `sum(font['hmtx'][font.getBestCmap()[ord(c)]][0] for c in text)`.
    @Test(
        "text is as wide as the font says",
        arguments: [
            ("bits per dimension", false, 16620), ("bits per dimension", true, 18207), ("Ωmega −0.5 ≤ é", false, 14667),
            ("10", false, 2278),
        ]
    )
    func widths(_ text: String, _ isBold: Bool, _ units: Int) {
        #expect(abs(TextMetrics(size: 2048, isBold: isBold).width(text) - Double(units)) < 0.5)
    }

    @Test("exponents are measured as the raised digits they are drawn as")
    func exponents() {
        let metrics = TextMetrics(size: 6)
        #expect(abs(metrics.width("10⁻⁴") - metrics.width("10") - TextMetrics(size: 5).width("−4")) < 1e-9)
        #expect(Superscript.text(-12) == "⁻¹²")
    }

    @Test("lines are no wider than asked for, in no more of them, and lose nothing that fits")
    func lines() {
        let metrics = TextMetrics(size: 6)
        let text = "translate dx=-1 dy=0 fill=zero stage=after-resize"
        for width in [4.0, 20, 45, 90, 400] {
            let lines = metrics.lines(text, within: width)
            #expect(lines.allSatisfy { metrics.width($0) <= width || $0.count == 1 })
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
            let few = metrics.lines(text, within: width, most: 2)
            #expect(few.count <= 2 && few.allSatisfy { metrics.width($0) <= width || $0.count <= 2 })
        }
        #expect(metrics.lines(text, within: 400) == [text])
    }

    @Test("a name that is too long keeps its beginning and its end")
    func shortened() {
        let metrics = TextMetrics(size: 6)
        let short = metrics.shortened("glow-affine-mnist-seed-3", to: 40)
        #expect(short.hasPrefix("glow-") && short.hasSuffix("-3") && short.contains("…") && metrics.width(short) <= 40)
    }
}
