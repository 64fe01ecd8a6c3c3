// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import Figures

/// Figures of every kind with inputs that make layouts fail: long names, many series, numbers of every size.
enum HardFigures {
    static let longName = " of a model whose name somebody made as long as this-and_then/some <more> & Ж図, 二次元分布"

    /// Every figure with a name that says what is hard about it, its page and its text.
    static let all: [(name: String, figure: any Figure, page: Page, svg: String)] = FigureWidth.allCases.flatMap {
        width in
        (bars(width) + forests(width) + lines(width)).map { ($0, $1, $1.page, $1.svg) }
    }

    private static func bars(_ width: FigureWidth) -> [(String, any Figure)] {
        [
            ("bars as in the paper", bars(width, panels: 4, groups: 5, series: 3)),
            ("bars below zero, long names", bars(width, panels: 4, groups: 5, series: 3, scale: -1, isLong: true)),
            ("40 series", bars(width, panels: 9, groups: 10, series: 40, scale: 1e9, isLong: true)),
            ("40 groups", bars(width, panels: 2, groups: 40, series: 2, scale: 1e-9, isLong: true)),
            ("40 panels", bars(width, panels: 40, groups: 5, series: 3)),
            ("huge", bars(width, panels: 2, groups: 2, series: 1, scale: 1e280)),
            ("too huge to draw", bars(width, panels: 1, groups: 2, series: 1, scale: 1e300)),
            ("not finite", bars(width, panels: 1, groups: 3, series: 2, scale: .nan)),
            ("nothing", GroupedBarsFigure(details(width), panels: [], series: ["a"], intervalMeaning: "")),
        ]
    }

    private static func details(_ width: FigureWidth, isLong: Bool = false) -> FigureDetails {
        FigureDetails(title: "A figure" + (isLong ? longName : ""), width: width, sources: ["run": "r-1"])
    }

    static func bars(
        _ width: FigureWidth,
        panels: Int,
        groups: Int,
        series: Int,
        scale: Double = 1,
        isLong: Bool = false
    ) -> GroupedBarsFigure {
        let tail = isLong ? longName : ""
        return GroupedBarsFigure(
            details(width, isLong: isLong),
            panels: (0..<panels).map { panel in
                .init(
                    title: "panel \(panel)" + tail,
                    groups: (0..<groups).map { "\($0)" + tail },
                    bars: (0..<groups).map { group in
                        (0..<series).map { position in
                            let value =
                                scale * (0.8 + 0.3 * sin(Double(group * 7 + panel * 3)) + 0.1 * Double(position))
                            let reach = abs(scale) * 0.05
                            let interval = value.isFinite ? value - reach...value + reach : nil
                            return group == 1 && position == 1
                                ? nil : .init(value: value, interval: interval, count: 980)
                        }
                    }
                )
            },
            series: (0..<series).map { "series \($0)" + tail },
            intervalMeaning: "95 % intervals" + tail
        )
    }

    private static func forests(_ width: FigureWidth) -> [(String, any Figure)] {
        [
            ("forest", forest(width, groups: 2, rows: 6)),
            ("forest of long names", forest(width, groups: 3, rows: 3, scale: 1e-7, isLong: true)),
            ("forest of 500 rows", forest(width, groups: 5, rows: 100, scale: 1e7)),
            ("forest of no extent", forest(width, groups: 1, rows: 1, scale: 0)),
            ("forest of NaN", forest(width, groups: 1, rows: 3, scale: .nan)),
        ]
    }

    static func forest(
        _ width: FigureWidth,
        groups: Int,
        rows: Int,
        scale: Double = 1,
        isLong: Bool = false
    ) -> ForestFigure {
        let tail = isLong ? longName : ""
        return ForestFigure(
            details(width, isLong: isLong),
            groups: (0..<groups).map { group in
                .init(
                    title: "group \(group)" + tail,
                    rows: (0..<rows).map { row in
                        let value = scale * sin(Double(row + 3 * group))
                        return .init(
                            name: "row \(row)" + tail,
                            value: value,
                            interval: value.isFinite ? value - scale * 0.1...value + scale * 0.1 : nil,
                            count: 500,
                            conclusion: ForestFigure.Row.Conclusion.allCases[row % 4]
                        )
                    }
                )
            },
            smallestEffect: scale.isFinite ? 0.05 * scale : 0.01,
            intervalMeaning: "95 % intervals" + tail
        )
    }

    private static func lines(_ width: FigureWidth) -> [(String, any Figure)] {
        func chart(_ count: Int, _ scale: Double, isLong: Bool = false, range: ClosedRange<Double>? = nil) -> LineChart
        {
            LineChart(
                details(width, isLong: isLong),
                xLabel: "steps" + (isLong ? longName : ""),
                yLabel: "bits" + (isLong ? longName : ""),
                series: (0..<count).map { line in
                    let points = (0..<20).map {
                        LineChart.Point(x: Double($0) * 1e4, y: scale * cos(Double($0 + line)))
                    }
                    return .init("line \(line)" + (isLong ? longName : ""), points, hasMarks: line % 2 == 0)
                },
                yRange: range
            )
        }
        return [
            ("lines", chart(2, 1)), ("four lines of long names", chart(4, 1e-12, isLong: true)),
            ("40 lines", chart(40, 1e12)), ("a line without height", chart(1, 0)), ("no line", chart(0, 1)),
            ("a line that is cut", chart(1, 1e200, range: 0...1)),
        ]
    }
}
