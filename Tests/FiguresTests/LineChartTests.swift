// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Figures

@Suite("line charts")
struct LineChartTests {
    private func chart(_ points: [LineChart.Point], yRange: ClosedRange<Double>? = nil) -> LineChart {
        LineChart(
            FigureDetails(title: "a < b & c"),
            xLabel: "steps",
            yLabel: "bits",
            series: [.init("training", points), .init("validation", [.init(x: 1, y: 2)], hasMarks: true)],
            yRange: yRange
        )
    }

    @Test("greater is higher and later is to the right, within the page")
    func geometry() throws {
        let chart = chart([.init(x: 0, y: 1), .init(x: 2, y: 3)])
        let match = try #require(
            try /<path d="M([0-9.]+) ([0-9.]+)L([0-9.]+) ([0-9.]+)" fill="none" stroke="#0072b2"/.firstMatch(
                in: chart.svg
            )
        )
        let numbers = [match.1, match.2, match.3, match.4].compactMap { Double($0) }
        #expect(numbers[0] < numbers[2] && numbers[1] > numbers[3])
        #expect(numbers[0] > 0 && numbers[2] < chart.page.width && numbers[3] > 0 && numbers[1] < chart.page.height)
    }

    @Test("a number that is none interrupts the line instead of bending it")
    func gaps() {
        let svg = chart([.init(x: 0, y: 1), .init(x: 1, y: .nan), .init(x: 2, y: 3), .init(x: 3, y: 3)]).svg
        #expect(svg.contains(/<path d="M[0-9. ]+M[0-9. ]+L[0-9. ]+" fill="none" stroke="#0072b2"/))
    }

    @Test("lines are named where they end, and the finding says where that is")
    func names() {
        let chart = chart([.init(x: 0, y: 1), .init(x: 5000, y: 1.25)])
        #expect(chart.svg.contains(">training<") && chart.svg.contains(">validation<"))
        #expect(chart.finding == "At 5,000 steps, training ends at 1.25, validation ends at 2.00.")
        #expect(chart.table.rows.count == 3)
    }
}
