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
        (bars(width) + forests(width) + lines(width) + others(width)).map { name, figure in
            let page = figure.page
            return (name, figure, page, figure.svg(page))
        }
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

/// Kinds beyond bars, forests and lines.
extension HardFigures {
    static func others(_ width: FigureWidth) -> [(String, any Figure)] {
        let sizes: [(String, Double, String)] = [
            ("", 1, ""), (" with long names", 1e-9, longName), (" of huge numbers", 1e12, ""), (" of NaN", .nan, ""),
        ]
        var figures: [(String, any Figure)] = []
        for (name, scale, tail) in sizes {
            figures.append(("dose-response" + name, dose(width, curves: 3, scale: scale, tail)))
            figures.append(("five dose-responses" + name, dose(width, curves: 5, scale: -scale, tail)))
            figures.append(("phase map" + name, phase(width, reach: 2, panels: 1, scale: scale, tail)))
            figures.append(("phase maps" + name, phase(width, reach: 4, panels: 5, scale: scale, tail)))
            figures.append(("decomposition" + name, decomposition(width, panels: 4, scale: scale, tail)))
            figures.append(("quantiles" + name, distribution(width, .quantiles, groups: 10, scale: scale, tail)))
            figures.append(("ECDF" + name, distribution(width, .cumulative, groups: 5, scale: scale, tail)))
            figures.append(("OOD histograms" + name, histogram(width, panels: 4, scale: scale, tail)))
            figures.append(("OOD matrix" + name, matrix(width, rows: 6, scale: scale, tail)))
            figures.append(("example sheet" + name, sheet(width, rows: 4, columns: 5, scale: scale, tail)))
            figures.append(("code lengths" + name, codeLengths(width, scale: scale, tail)))
        }
        return figures + extremes(width)
    }

    private static func extremes(_ width: FigureWidth) -> [(String, any Figure)] {
        [
            ("phase map of 29×29", phase(width, reach: 14, panels: 1, scale: 1, "")),
            ("OOD matrix of 90 rows", matrix(width, rows: 90, scale: 1, "")),
            ("sheet of 40 rows", sheet(width, rows: 40, columns: 20, scale: 1, "")),
            ("no shifts", PhaseMapFigure(other(width, ""), panels: [])),
            ("no doses", DoseResponseFigure(other(width, ""), panels: [], intervalMeaning: "")),
            ("no samples", DistributionFigure(other(width, ""), form: .cumulative, panels: [], series: ["a"])),
            ("no areas", OODMatrixFigure(other(width, ""), rows: [], columns: [], entries: [], intervalMeaning: "")),
        ]
    }

    private static func other(_ width: FigureWidth, _ tail: String) -> FigureDetails {
        FigureDetails(title: "A figure" + tail, width: width, sources: ["run": "r-1"])
    }

    private static func dose(_ width: FigureWidth, curves: Int, scale: Double, _ tail: String) -> DoseResponseFigure {
        DoseResponseFigure(
            other(width, tail),
            panels: [
                .init(
                    title: "panel" + tail,
                    curves: (0..<curves).map { curve in
                        let points = (0..<7).map { step -> DoseResponseFigure.Point in
                            let value = scale * Double(step * (curve + 1)) / 6
                            let reach = abs(scale) * 0.1
                            return .init(
                                dose: pow(10, Double(step) - 5),
                                value: value,
                                interval: value.isFinite ? value - reach...value + reach : nil,
                                fit: value,
                                count: 500 + curve
                            )
                        }
                        return .init(
                            name: "curve \(curve)" + tail,
                            points: points,
                            effectiveDose: 1e-3,
                            effectiveInterval: 1e-4...1e-2
                        )
                    }
                )
            ],
            doseName: "scale" + tail,
            level: scale.isFinite ? 0.5 * scale : 0.5,
            intervalMeaning: "95 %" + tail
        )
    }

    private static func phase(
        _ width: FigureWidth,
        reach: Int,
        panels: Int,
        scale: Double,
        _ tail: String
    ) -> PhaseMapFigure {
        PhaseMapFigure(
            other(width, tail),
            panels: (0..<panels).map { panel in
                var values: [PhaseMapFigure.Shift: Double] = [:]
                for dx in -reach...reach {
                    for dy in -reach...reach {
                        values[.init(dx: dx, dy: dy)] = scale * (0.3 * Double(dx) - 0.1 * Double(dy))
                    }
                }
                return .init(title: "panel \(panel)" + tail, values: values, count: 500)
            }
        )
    }

    private static func decomposition(
        _ width: FigureWidth,
        panels: Int,
        scale: Double,
        _ tail: String
    ) -> DecompositionFigure {
        DecompositionFigure(
            other(width, tail),
            panels: (0..<panels).map { panel in
                let stacks = (0..<5).map { level -> [Double?] in
                    let (first, second) = (scale * sin(Double(level + panel)), scale * cos(Double(level)))
                    return [first, second, level == 4 ? nil : -scale]
                }
                return .init(title: "panel \(panel)" + tail, stacks: stacks, total: scale, count: 500)
            },
            stackNames: (1...5).map { "level \($0)" + tail },
            terms: ["log-determinant", "quadratic", "log-scale"].map { $0 + tail }
        )
    }

    private static func distribution(
        _ width: FigureWidth,
        _ form: DistributionFigure.Form,
        groups: Int,
        scale: Double,
        _ tail: String
    ) -> DistributionFigure {
        func values(_ offset: Int) -> [Double] {
            let shift = sin(Double(offset))
            return (0..<50).map { scale * (Double($0) + shift) }
        }
        let samples = (0..<groups).map { group in (0..<3).map { values(group + $0) } }
        return DistributionFigure(
            other(width, tail),
            form: form,
            panels: [.init(title: "panel" + tail, groups: (0..<groups).map { "\($0)" + tail }, samples: samples)],
            series: (0..<3).map { "series \($0)" + tail }
        )
    }

    private static func histogram(
        _ width: FigureWidth,
        panels: Int,
        scale: Double,
        _ tail: String
    ) -> OODHistogramFigure {
        func values(_ panel: Int, _ shift: Double) -> [Double] {
            (0..<200).map { position -> Double in
                let angle = Double(position * 7 + panel)
                return scale * (sin(angle) + shift)
            }
        }
        return OODHistogramFigure(
            other(width, tail),
            panels: (0..<panels).map { panel in
                let scores = (0..<2).map { set in (0..<200).map { scale * (sin(Double($0 * 7 + panel)) + Double(set)) }
                }
                return .init(title: "panel \(panel)" + tail, scores: scores)
            },
            datasets: ["mnist" + tail, "fashion-mnist" + tail]
        )
    }

    private static func matrix(_ width: FigureWidth, rows: Int, scale: Double, _ tail: String) -> OODMatrixFigure {
        let entries = (0..<rows).map { row in
            (0..<9).map { column -> OODMatrixFigure.Entry? in
                guard column != row else { return nil }
                let area = scale.isFinite ? 0.5 + 0.5 * sin(Double(row + column)) : .nan
                return .init(area: area, interval: nil, inside: 500, outside: 500)
            }
        }
        return OODMatrixFigure(
            other(width, tail),
            rows: (0..<rows).map { "model \($0): mnist / fashion-mnist" + tail },
            columns: (0..<9).map { "score \($0)" + tail },
            entries: entries,
            intervalMeaning: "95 % intervals" + tail
        )
    }

    private static func picture(_ shade: Int) -> PixelImage {
        PixelImage(height: 28, width: 28, channels: 1, pixels: (0..<784).map { UInt8(($0 * shade) % 256) })
    }

    private static func sheet(
        _ width: FigureWidth,
        rows: Int,
        columns: Int,
        scale: Double,
        _ tail: String
    ) -> ExampleSheetFigure {
        ExampleSheetFigure(
            other(width, tail),
            dataset: "mnist" + tail,
            columns: (0..<columns).map { "transform \($0)" + tail },
            models: ["glow" + tail, "pixelcnn" + tail],
            examples: (0..<rows).map { row in
                let pictures = (0..<columns).map {
                    ExampleSheetFigure.Picture(
                        image: $0 == 1 ? nil : picture(row + $0),
                        scores: [scale * Double($0), $0 == 2 ? nil : 0.5]
                    )
                }
                return .init(index: row, label: row % 10, pictures: pictures)
            }
        )
    }

    private static func codeLengths(_ width: FigureWidth, scale: Double, _ tail: String) -> CodeLengthMapFigure {
        CodeLengthMapFigure(
            other(width, tail),
            model: "pixelcnn" + tail,
            dataset: "mnist" + tail,
            transform: "noise" + tail,
            examples: (0..<3).map { example in
                CodeLengthMapFigure.Example(
                    index: example,
                    label: example,
                    original: picture(1),
                    transformed: picture(2),
                    originalBits: (0..<784).map { scale * Double($0 % 50) },
                    transformedBits: (0..<784).map { scale * Double($0 % 60) }
                )
            }
        )
    }
}
