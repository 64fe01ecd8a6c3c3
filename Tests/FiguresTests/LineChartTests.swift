// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationXML
import Testing

@testable import Figures

@Suite("line charts")
struct LineChartTests {
    private func chart(_ points: [LineChart.Point], yRange: ClosedRange<Double>? = nil) -> LineChart {
        LineChart(
            title: "a < b & c",
            xLabel: "steps",
            yLabel: "bits",
            series: [.init("training", points), .init("validation", [.init(x: 1, y: 2)], hasMarks: true)],
            yRange: yRange
        )
    }

    @Test("the text is XML, whatever the title says")
    func wellFormed() {
        let svg = chart([.init(x: 0, y: 1), .init(x: 2, y: 3)]).svg
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse(), "\(parser.parserError.map(String.init(describing:)) ?? "")")
        #expect(svg.contains("a &lt; b &amp; c") && svg.contains(">training<") && svg.contains(">validation<"))
    }

    @Test("greater is higher and later is to the right, within the axes")
    func geometry() throws {
        let svg = chart([.init(x: 0, y: 1), .init(x: 2, y: 3)]).svg
        let match = try #require(
            try /<path d="M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)" stroke="#0072b2"/.firstMatch(in: svg)
        )
        let numbers = [match.1, match.2, match.3, match.4].compactMap { Double($0) }
        #expect(numbers[0] < numbers[2] && numbers[1] > numbers[3])
        let plot = ChartPlot(xRange: 0...1, yRange: 0...1)
        #expect(numbers[0] == Double(plot.left) && numbers[2] == Double(plot.left + plot.innerWidth))
        #expect(numbers[1] <= Double(plot.top + plot.innerHeight) && numbers[3] >= Double(plot.top))
    }

    @Test("a number that is none interrupts the line instead of bending it")
    func gaps() {
        let svg = chart([.init(x: 0, y: 1), .init(x: 1, y: .nan), .init(x: 2, y: 3), .init(x: 3, y: 3)]).svg
        #expect(svg.contains(/<path d="M[0-9. ]+M[0-9. ]+L[0-9. ]+" stroke="#0072b2"/) && !svg.contains("nan"))
    }

    @Test(
        "axes are marked at round numbers",
        arguments: [
            (0.0...7.0, ["0", "1", "2", "3", "4", "5", "6", "7"]),
            (0.93...1.07, ["0.94", "0.96", "0.98", "1.00", "1.02", "1.04", "1.06"]),
            (0...28_750, ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]),
            (-1...1, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
        ]
    )
    func ticks(_ range: ClosedRange<Double>, _ labels: [String]) {
        #expect(AxisTicks(range, count: 7).labels == labels || AxisTicks(range, count: 5).labels == labels)
    }

    @Test("no points, one point, and points of one height make a chart", arguments: [0, 1, 2])
    func degenerate(_ count: Int) {
        let svg = chart((0..<count).map { LineChart.Point(x: Double($0), y: 2) }).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse() && !svg.contains("nan") && !svg.contains("inf"))
    }
}
