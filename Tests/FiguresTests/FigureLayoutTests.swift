// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationXML
import Testing

@testable import Figures

@Suite("what every figure keeps to")
struct FigureLayoutTests {
    @Test("no two texts overlap and none leaves the page, whatever the input")
    func texts() {
        for (name, _, page, _) in HardFigures.all {
            let view = PageRectangle(left: 0, top: 0, right: page.width, bottom: page.height)
            let texts = page.texts
            for (position, text) in texts.enumerated() {
                #expect(view.contains(text.box), "\(name): '\(text.text)' leaves the page")
                for other in texts[(position + 1)...] where text.box.overlaps(other.box) {
                    Issue.record("\(name): '\(text.text)' overlaps '\(other.text)'")
                }
            }
        }
    }

    @Test("figures are 89 or 183 mm wide and 170 mm high at most; text has 5 to 7 points")
    func sizes() throws {
        for (name, figure, page, svg) in HardFigures.all {
            #expect(page.height <= ChartLayout.greatestHeight + 0.01, "\(name)")
            #expect(page.texts.allSatisfy { (5...7).contains($0.size) }, "\(name)")
            #expect(svg.contains("width=\"\(Int(figure.details.width.rawValue))mm\""), "\(name)")
            let sizes = svg.matches(of: /font-size="([0-9.]+)"/).compactMap { Double($0.1) }
            #expect(sizes.allSatisfy { (5...7).contains($0) }, "\(name)")
        }
    }

    @Test("every figure is XML with a title, a finding and where it comes from")
    func svg() throws {
        for (name, figure, _, svg) in HardFigures.all {
            let parser = XMLParser(data: Data(svg.utf8))
            #expect(parser.parse(), "\(name): \(parser.parserError.map(String.init(describing:)) ?? "")")
            let ids = try #require(svg.firstMatch(of: /role="img" aria-labelledby="(title-\w+) (desc-\w+)"/))
            #expect(svg.contains("<title id=\"\(ids.1)\">\(PageSVG.escaped(figure.title))</title>"))
            #expect(svg.contains("<desc id=\"\(ids.2)\">\(PageSVG.escaped(figure.finding))"))
            #expect(svg.contains("<run>r-1</run>"))
            #expect(!svg.contains(#/ (?:d|x|y|cx|cy|r|width|height|transform)="[^"]*(?:nan|inf)/#), "\(name)")
        }
    }

    @Test("nothing makes a PDF lose its text: no filter, no pattern, no transparent text, no text of another font")
    func plain() {
        for (_, _, _, svg) in HardFigures.all {
            #expect(!svg.contains("<filter") && !svg.contains("<pattern") && !svg.contains(" opacity="))
            #expect(!svg.contains(/<text[^>]*opacity/) && svg.matches(of: /font-family/).count == 1)
            #expect(!svg.contains("<script"))
        }
    }

    @Test("equal figures have equal bytes, however often they are made")
    func equality() {
        let figures = (0..<3).map { _ in HardFigures.bars(.page, panels: 4, groups: 5, series: 3).svg }
        #expect(Set(figures).count == 1)
        #expect(figures[0] != HardFigures.bars(.page, panels: 4, groups: 5, series: 2).svg)
    }

    @Test("a panel that does not fit is not drawn, and the figure says so")
    func leftOut() {
        let figure = HardFigures.bars(.column, panels: 40, groups: 5, series: 3)
        #expect(figure.page.texts.contains { $0.text.contains("of 40 panels are drawn") })
        #expect(figure.table.rows.count == 40 * 15)
    }

    @Test("names that fit are never shortened")
    func wholeNames() {
        let texts = HardFigures.bars(.page, panels: 2, groups: 5, series: 3).page.texts.map(\.text)
        #expect(!texts.contains { $0.contains("…") })
        for name in ["panel 0", "panel 1", "series 2", "class"] { #expect(texts.contains(name)) }
    }
}
