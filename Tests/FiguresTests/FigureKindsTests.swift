// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Figures

@Suite("kinds of figures")
struct FigureKindsTests {
    private let details = FigureDetails(title: "A figure")

    /// The rectangles of a fill, bottom and top, in the order of drawing.
    private func boxes(_ page: Page, fill: String) -> [PageRectangle] {
        page.marks.compactMap { mark in
            if case .rectangle(let box, let paint) = mark, paint.fill == fill { box } else { nil }
        }
    }

    @Test("bars begin at zero, and panels of one figure have one scale")
    func bars() {
        let panels = [1.0, 2].map { value in
            GroupedBarsFigure.Panel(title: "", groups: ["0"], bars: [[.init(value: value, count: 1)]])
        }
        let figure = GroupedBarsFigure(
            FigureDetails(title: "", width: .page),
            panels: panels,
            series: ["a"],
            intervalMeaning: ""
        )
        let bars = boxes(figure.page, fill: Palette.blue).filter { $0.width > 8 }
        #expect(bars.count == 2 && bars[0].bottom == bars[1].bottom)
        #expect(abs(bars[1].height / bars[0].height - 2) < 1e-9)
        #expect(figure.finding.contains("lowest for class 0 (1.00)"))
    }

    @Test("a finding compares the series with the first one")
    func comparison() {
        let bars = [[1.0, 1.5], [1, 0.8]].map { $0.map { GroupedBarsFigure.Bar(value: $0, count: 10) } }
        let figure = GroupedBarsFigure(
            details,
            panels: [.init(title: "m", groups: ["0", "1"], bars: bars.map { $0.map(Optional.some) })],
            series: ["original", "shifted"],
            intervalMeaning: "95 % intervals"
        )
        #expect(figure.finding == "shifted is higher than original in 1 of 2 groups, by +0.150 on average.")
        #expect(figure.caption == "n = 10 images a bar; 95 % intervals.")
    }

    @Test("terms are stacked away from zero, upwards and downwards, and their sum is marked")
    func stacks() throws {
        let figure = DecompositionFigure(
            details,
            panels: [.init(title: "t", stacks: [[0.5, -0.25, 0.25]], total: 0.5, count: 7)],
            stackNames: ["level 1"],
            terms: ["a", "b", "c"]
        )
        let bars = try [Palette.blue, Palette.orange, Palette.yellow].map { colour in
            try #require(boxes(figure.page, fill: colour).first { $0.width > 8 })
        }
        let (first, below, above) = (bars[0], bars[1], bars[2])
        #expect(abs(above.bottom - first.top) < 1e-9 && abs(below.top - first.bottom) < 1e-9)
        #expect(abs(first.height - 2 * below.height) < 1e-9 && abs(above.height - below.height) < 1e-9)
        #expect(figure.finding == "t: +0.500 in all, most of it in a of level 1 (+0.500).")
        #expect(figure.table.rows.count == 4)
    }

    @Test("opposite differences have opposite colours, and none is white")
    func diverging() {
        let scale = DivergingScale(around: [-0.2, 0.4])
        #expect(scale.colour(0) == "#ffffff" && scale.colour(0.4) == Palette.vermillion)
        #expect(scale.colour(-0.4) == Palette.blue && scale.colour(-0.2) == Palette.mixed("#ffffff", Palette.blue, 0.5))
        #expect(scale.colour(.nan) != scale.colour(0))
        #expect(scale.bar.count == 17 && scale.bar[8] == "#ffffff")
    }

    @Test("numbers stand in the cells where 5 points fit; where not, the sign does")
    func cells() {
        func figure(_ reach: Int) -> PhaseMapFigure {
            let shifts = (-reach...reach).flatMap { dx in (-reach...reach).map { PhaseMapFigure.Shift(dx: dx, dy: $0) }
            }
            let values = Dictionary(uniqueKeysWithValues: shifts.map { ($0, -0.25) })
            return PhaseMapFigure(details, panels: [.init(title: "", values: values, count: 1)])
        }
        let few = figure(2).page
        #expect(few.texts.count { $0.text == "−0.25" } == 25)
        let many = figure(12).page
        #expect(!many.texts.contains { $0.text == "−0.25" })
        let signs = many.marks.count { mark in
            if case .path(let strokes, isClosed: false, _) = mark {
                strokes.count == 1 && strokes[0].count == 2
            } else {
                false
            }
        }
        #expect(signs >= 625)
    }

    @Test("dots are at equal shares, and the ECDF ends at one")
    func distributions() {
        let values = (1...200).map(Double.init)
        func figure(_ form: DistributionFigure.Form) -> DistributionFigure {
            DistributionFigure(
                details,
                form: form,
                panels: [.init(title: "m", groups: ["0"], samples: [[values + [.infinity]]])],
                series: ["s"]
            )
        }
        let table = figure(.quantiles).table
        #expect(table.rows.count == 20 && table.rows[0][4] == .number(0.025))
        let first = table.rows[0][5]
        if case .number(let value) = first { #expect(abs(value - 5.975) < 1e-12) } else { Issue.record("no number") }
        #expect(figure(.quantiles).caption.contains("1 value is not finite and is not drawn"))
        #expect(figure(.cumulative).finding.contains("lowest in m, class 0, s (100)"))
    }

    @Test("histograms of all panels have one set of bins, and shares add up to one")
    func histograms() {
        let scores = [(0..<100).map { Double($0 % 10) }, (0..<50).map { Double($0 % 5) + 20 }]
        let figure = OODHistogramFigure(details, panels: [.init(title: "m", scores: scores)], datasets: ["in", "out"])
        for name in ["in", "out"] {
            let shares = figure.table.rows.filter { $0[1] == .text(name) }.map { row in
                if case .number(let share) = row[5] { share } else { Double.nan }
            }
            #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
        }
        #expect(figure.caption.contains("Bins are"))
    }

    @Test("what is below one half is called so")
    func matrix() {
        let figure = OODMatrixFigure(
            details,
            rows: ["glow"],
            columns: ["likelihood", "typicality"],
            entries: [
                [
                    .init(area: 0.09, interval: 0.08...0.1, inside: 5, outside: 5),
                    .init(area: 0.9, interval: nil, inside: 5, outside: 5),
                ]
            ],
            intervalMeaning: ""
        )
        #expect(figure.finding.contains("1 of 2 are below one half"))
        #expect(figure.page.texts.contains { $0.text == "0.09" })
    }

    @Test("maps of code lengths have the sums of their pixels below them, and their difference")
    func codeLengths() {
        let image = PixelImage(height: 2, width: 2, channels: 1, pixels: [0, 1, 2, 3])
        let figure = CodeLengthMapFigure(
            details,
            model: "m",
            dataset: "d",
            transform: "noise",
            examples: [
                .init(
                    index: 7,
                    label: 3,
                    original: image,
                    transformed: image,
                    originalBits: [1, 2, 3, 4],
                    transformedBits: [2, 2, 3, 4.5]
                )
            ]
        )
        for text in ["10.0", "11.5", "+1.5", "image 7, class 3"] {
            #expect(figure.page.texts.contains { $0.text == text }, "\(text)")
        }
        #expect(
            figure.finding == "noise changes the bits of an image by +1.50 on average; 50 % of the pixels cost more."
        )
    }

    @Test("pictures are in the file as PNG, their pixels as squares")
    func pictures() throws {
        let image = PixelImage(height: 1, width: 2, channels: 1, pixels: [0, 255])
        let large = image.enlarged(by: 2)
        #expect(large.pixels == [0, 0, 255, 255, 0, 0, 255, 255] && large.height == 2 && large.width == 4)
        let figure = ExampleSheetFigure(
            details,
            dataset: "mnist",
            columns: ["original", "noise"],
            models: ["glow"],
            examples: [
                .init(
                    index: 3,
                    label: 1,
                    pictures: [.init(image: image, scores: [1]), .init(image: image, scores: [1.5])]
                )
            ]
        )
        let data = try #require(figure.svg.firstMatch(of: /data:image\/png;base64,([A-Za-z0-9+\/=]+)"/))
        #expect(Data(base64Encoded: String(data.1))?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
        #expect(figure.finding == "glow changes by up to +0.500 bits per dimension.")
        #expect(figure.caption.contains("Images 3 of mnist"))
    }

    @Test("the dose that suffices is marked where it is, and named")
    func dose() {
        let points = [1e-4, 1e-3, 1e-2].map {
            DoseResponseFigure.Point(dose: $0, value: $0 * 100, interval: nil, fit: $0 * 100, count: 5)
        }
        let curve = DoseResponseFigure.Curve(
            name: "glow",
            points: points,
            effectiveDose: 5e-3,
            effectiveInterval: 4e-3...6e-3
        )
        let figure = DoseResponseFigure(details, panels: [.init(title: "", curves: [curve])], intervalMeaning: "")
        #expect(figure.finding == "glow reaches +0.500 at 5.00×10⁻³ (4.00×10⁻³ to 6.00×10⁻³).")
        #expect(figure.page.texts.contains { $0.text == "10⁻³" })
    }
}

@Suite("values far beyond the others")
struct AxisCutTests {
    @Test("a value that would press all others flat is cut off, and said to be")
    func outlier() throws {
        let cut = AxisCut([0.1, -0.3, 0.2, 0.25, 1.9e23])
        #expect(cut.kept.max() == 0.25 && cut.count == 1 && cut.isBeyond(1.9e23) && !cut.isBeyond(-0.3))
        #expect(cut.remark == "1 value far beyond 0.300 is cut off; the table has them.")
        let bars = [0.1, 0.3, 0.2, 0.25, 1.9e23].map { [GroupedBarsFigure.Bar(value: $0, count: 1)] }
        let panel = GroupedBarsFigure.Panel(title: "", groups: (0..<5).map(String.init), bars: bars)
        let figure = GroupedBarsFigure(FigureDetails(title: ""), panels: [panel], series: ["a"], intervalMeaning: "")
        #expect(figure.caption.contains("1 value far beyond") && figure.page.texts.contains { $0.text == "0.3" })
    }

    @Test("what differs by a few orders of magnitude is shown whole")
    func whole() {
        #expect(AxisCut([0.01, 0.2, 1.5, 8]).count == 0 && AxisCut([0, 0, 0, 5]).count == 0 && AxisCut([]).count == 0)
        #expect(AxisCut([0.01, 0.2, 1.5, 8]).remark.isEmpty)
    }
}
