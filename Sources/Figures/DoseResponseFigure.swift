// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// How an effect grows with a dose: points with their intervals, the isotonic fit as steps, and the dose that suffices.
package struct DoseResponseFigure: Figure {
    /// The effect of one dose.
    package struct Point: Hashable, Sendable {
        /// Above zero.
        package var dose: Double
        /// The effect.
        package var value: Double
        /// Its interval; nil where it cannot be estimated.
        package var interval: ClosedRange<Double>?
        /// The isotonic fit at this dose.
        package var fit: Double
        /// The number of images behind it.
        package var count: Int

        package init(dose: Double, value: Double, interval: ClosedRange<Double>?, fit: Double, count: Int) {
            self.dose = dose
            self.value = value
            self.interval = interval
            self.fit = fit
            self.count = count
        }
    }

    /// The doses that somebody or something was given.
    package struct Curve: Hashable, Sendable {
        /// Whose curve it is.
        package var name: String
        /// Ascending by dose.
        package var points: [Point]
        /// The dose at which the fit reaches the level; nil where that is outside the measured ones.
        package var effectiveDose: Double?
        /// Its interval, which may be open at either end.
        package var effectiveInterval: ClosedRange<Double>?

        package init(
            name: String,
            points: [Point],
            effectiveDose: Double?,
            effectiveInterval: ClosedRange<Double>? = nil
        ) {
            self.name = name
            self.points = points
            self.effectiveDose = effectiveDose
            self.effectiveInterval = effectiveInterval
        }
    }

    /// Curves upon one another.
    package struct Panel: Hashable, Sendable {
        /// What they have in common.
        package var title: String
        /// The first below the others; of one name in all panels where they are somebody's.
        package var curves: [Curve]

        package init(title: String, curves: [Curve]) {
            self.title = title
            self.curves = curves
        }
    }

    package let details: FigureDetails
    /// From left to right and from the top down.
    package let panels: [Panel]
    /// What is given, with its unit.
    package let doseName: String
    /// What is measured, with its unit.
    package let measure: String
    /// The effect that the effective dose has.
    package let level: Double
    /// What the intervals mean.
    package let intervalMeaning: String

    /// A figure of `panels`.
    package init(
        _ details: FigureDetails,
        panels: [Panel],
        doseName: String = "noise scale",
        measure: String = "rise in bits per dimension",
        level: Double = 0.5,
        intervalMeaning: String
    ) {
        self.details = details
        self.panels = panels
        self.doseName = doseName
        self.measure = measure
        self.level = level
        self.intervalMeaning = intervalMeaning
    }

    package var finding: String {
        guard !curves.isEmpty else { return "Nothing was measured." }
        let sentences = panels.flatMap { panel in panel.curves.map { (panel.title, $0) } }.map {
            title,
            curve -> String in
            var curve = curve
            if panels.count > 1 { curve.name += ", \(title)," }
            guard let dose = curve.effectiveDose else {
                return "\(curve.name) does not reach \(NumberText.short(level, signed: true)) within the measured doses"
            }
            let range = curve.effectiveInterval.map {
                " (\(NumberText.short($0.lowerBound)) to \(NumberText.short($0.upperBound)))"
            }
            return
                "\(curve.name) reaches \(NumberText.short(level, signed: true)) at \(NumberText.short(dose))\(range ?? "")"
        }
        return sentences.joined(separator: "; ") + "."
    }

    private var curves: [Curve] { panels.flatMap(\.curves) }

    private var cut: AxisCut { AxisCut(curves.flatMap(\.points).map(\.value)) }

    package var caption: String {
        let counts = curves.flatMap(\.points).map(\.count)
        return FigureText.caption(
            counts: counts,
            of: "point",
            intervalMeaning,
            "Steps: isotonic fit; crosses: the dose at which it, interpolated (dotted), reaches "
                + "\(NumberText.short(level, signed: true)) (EC50). \(cut.remark)",
            notFinite: curves.flatMap(\.points).count { !$0.value.isFinite }
        )
    }

    package var table: FigureTable {
        FigureTable(
            columns: ["panel", "curve", "dose", "n", "value", "low", "high", "fit", "ec50", "ec50_low", "ec50_high"],
            rows: panels.flatMap { panel in panel.curves.map { (panel.title, $0) } }.flatMap { title, curve in
                curve.points.map { point in
                    [
                        .text(title), .text(curve.name), .number(point.dose), .count(point.count), .number(point.value),
                        .optional(point.interval?.lowerBound), .optional(point.interval?.upperBound),
                        .number(point.fit), .optional(curve.effectiveDose),
                        .optional(curve.effectiveInterval?.lowerBound), .optional(curve.effectiveInterval?.upperBound),
                    ]
                }
            }
        )
    }

    package var page: Page { ChartLayout(chart, width: details.width.points).page() }

    private var chart: Chart {
        let names = curves.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let styles = Dictionary(uniqueKeysWithValues: zip(names, Palette.styles(names.count)))
        let points = curves.flatMap(\.points)
        let cut = cut
        let ends = points.filter { !cut.isBeyond($0.value) }.flatMap { point -> [Double] in
            let (low, high) = (point.interval?.lowerBound ?? 0, point.interval?.upperBound ?? 0)
            return [point.value, low, high]
        }
        let x = Axis.logarithmic(points.map(\.dose))
        let y = Axis.linear(ends + [level], zero: true)
        let hasEndLabels = panels.count == 1 && names.count <= LineChart.mostEndLabels
        let columns = panels.count == 1 ? 1 : min(panels.count, details.width == .page ? 3 : 2)
        return Chart(
            title: details.title,
            panels: panels.map { panel in
                Chart.Panel(
                    title: panel.title,
                    x: x,
                    y: y,
                    layers: layers(panel, styles),
                    height: columns == 1 ? 125 : 95,
                    endLabels: hasEndLabels ? endLabels(panel, styles) : []
                )
            },
            columns: columns,
            xName: doseName,
            yName: measure,
            legend: hasEndLabels
                ? []
                : names.compactMap { name in
                    styles[name].map { Chart.LegendEntry(text: name, style: $0, key: .lineAndPoint) }
                },
            note: details.showsCaption ? caption : ""
        )
    }

    private func endLabels(_ panel: Panel, _ styles: [String: SeriesStyle]) -> [Chart.EndLabel] {
        panel.curves.compactMap { curve in
            guard let style = styles[curve.name], let last = curve.points.last else { return nil }
            return Chart.EndLabel(text: curve.name, y: last.fit, style: style, key: .lineAndPoint)
        }
    }

    private func layers(_ panel: Panel, _ styles: [String: SeriesStyle]) -> [Layer] {
        let styled = panel.curves.compactMap { curve in styles[curve.name].map { (curve, $0) } }
        return styled.map(band) + [
            .rule(0, isVertical: false, Paint(stroke: "#000", strokeWidth: 0.3)),
            .rule(level, isVertical: false, Paint(stroke: "#000", strokeWidth: 0.4, dash: [2, 1.5])),
        ] + styled.flatMap(fit) + styled.flatMap(effectiveDose)
    }

    private func fit(_ curve: Curve, _ style: SeriesStyle) -> [Layer] {
        let fit = curve.points.map { DataPoint(x: $0.dose, y: $0.fit) }
        return [
            .line(fit, style.markedLine, isStepped: true),
            .line(fit, Paint(stroke: style.markedLine.stroke, strokeWidth: 0.5, dash: [1, 1])),
            .points(curve.points.map { DataPoint(x: $0.dose, y: $0.value) }, style),
        ]
    }

    private func effectiveDose(_ curve: Curve, _ style: SeriesStyle) -> [Layer] {
        guard let dose = curve.effectiveDose else { return [] }
        var mark = style
        mark.symbol = .cross
        let point = Layer.points([DataPoint(x: dose, y: level)], mark, radius: 2.6)
        guard let interval = curve.effectiveInterval else { return [point] }
        let (low, high) = (interval.lowerBound, interval.upperBound)
        return [.interval(low: low, high: high, at: level, isVertical: false, mark.markedLine), point]
    }

    private func band(_ curve: Curve, _ style: SeriesStyle) -> Layer {
        let known = curve.points.filter { $0.interval != nil }
        return .area(
            lower: known.map { DataPoint(x: $0.dose, y: $0.interval?.lowerBound ?? $0.value) },
            upper: known.map { DataPoint(x: $0.dose, y: $0.interval?.upperBound ?? $0.value) },
            Paint(fill: style.colour, fillOpacity: 0.22),
            isStepped: true
        )
    }
}
