// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import Report
import ResultStore
import Statistics
import Vocabulary

// Shifts, doses, terms, areas.
extension ReportFigures {
    /// Maps of shifts, of every model and data set that has at least a grid of three by three.
    func shifts(_ rows: [EffectRow]) throws -> [ReportFigure] {
        var (order, maps): ([String], [String: [PhaseMapFigure.Shift: (mean: Double, count: Int)]]) = ([], [:])
        for row in rows where row.measure == .bitsPerDimension {
            guard case .translate(let shift)? = row.cell.spec, let mean = row.effect.mean else { continue }
            guard shift == Translation(dx: shift.dx, dy: shift.dy) else { continue }
            let seed = row.cell.seed == 0 ? "" : ", seed \(row.cell.seed)"
            let title = "\(row.cell.modelLabel) on \(row.cell.dataset)\(seed)"
            if maps[title] == nil { order.append(title) }
            maps[title, default: [:]][PhaseMapFigure.Shift(dx: shift.dx, dy: shift.dy)] = (mean, row.effect.count)
        }
        let panels = order.compactMap { title -> PhaseMapFigure.Panel? in
            guard let map = maps[title], Set(map.keys.map(\.dx)).count > 2, Set(map.keys.map(\.dy)).count > 2 else {
                return nil
            }
            let count = map.values.map(\.count).max() ?? 0
            return PhaseMapFigure.Panel(title: title, values: map.mapValues(\.mean), count: count)
        }
        guard !panels.isEmpty else { return [] }
        let figures = stride(from: 0, to: panels.count, by: 4).map { start -> any Figure in
            PhaseMapFigure(details("What shifts do"), panels: Array(panels[start..<min(start + 4, panels.count)]))
        }
        return try written("shifts", figures)
    }

    /// How bits per dimension follow a dose: for each data set and setting of the other parameters, a panel with the models.
    func doses(_ rows: [DoseRow], _ settings: AnswerSettings) throws -> [ReportFigure] {
        let own = rows.filter { $0.measure == .bitsPerDimension && $0.points.allSatisfy { $0.dose > 0 } }
        let figures = own.map(\.parameter).unrepeated.flatMap { parameter -> [any Figure] in
            let panels = Self.panels(own.filter { $0.parameter == parameter })
            return stride(from: 0, to: panels.count, by: 4).map { start in
                DoseResponseFigure(
                    details("How bits per dimension follow \(parameter)"),
                    panels: Array(panels[start..<min(start + 4, panels.count)]),
                    doseName: parameter == "scale" ? "noise scale" : parameter,
                    level: settings.rise,
                    intervalMeaning: Self.meaning(settings)
                )
            }
        }
        let beyond = own.reduce(0) { $0 + $1.points.count { abs($0.mean) > Self.largest } }
        return try written("dose", figures, beyond: beyond)
    }

    private static func panels(_ rows: [DoseRow]) -> [DoseResponseFigure.Panel] {
        func title(_ row: DoseRow) -> String {
            let others = row.others.isEmpty ? "" : ", \(row.others)"
            return "\(row.cell.dataset)\(others)\(row.cell.seed == 0 ? "" : ", seed \(row.cell.seed)")"
        }
        return rows.map(title).unrepeated.map { name in
            DoseResponseFigure.Panel(title: name, curves: rows.filter { title($0) == name }.map(curve))
        }
    }

    private static func curve(_ row: DoseRow) -> DoseResponseFigure.Curve {
        let ends = (row.effectiveDoseLow.dose, row.effectiveDoseHigh.dose)
        var interval: ClosedRange<Double>?
        if let low = ends.0, let high = ends.1, low <= high { interval = low...high }
        return DoseResponseFigure.Curve(
            name: row.cell.modelLabel,
            points: row.points.filter { abs($0.mean) <= largest }.map { DoseResponseFigure.Point($0, of: row) },
            effectiveDose: row.effectiveDose.dose,
            effectiveInterval: interval
        )
    }

    /// Panels of a figure of terms, and the largest total of one: all have one axis.
    private static let (mostPanels, largestOfTerms) = (12, 1.0)

    /// Which terms of a Glow's likelihood moved, by level: a figure for each model and data set.
    func decompositions(_ rows: [DecompositionRow]) throws -> [ReportFigure] {
        let overall = rows.filter { $0.label == nil }
        func subject(_ row: DecompositionRow) -> String {
            "\(row.cell.modelLabel) on \(row.cell.dataset)\(row.cell.seed == 0 ? "" : ", seed \(row.cell.seed)")"
        }
        let figures = overall.map(subject).unrepeated.compactMap { name -> (any Figure)? in
            let own = overall.filter { subject($0) == name }
            let levels = Set(own.compactMap(\.level)).sorted()
            guard !levels.isEmpty else { return nil }
            let panels = own.map(\.cell).unrepeated.compactMap { cell in
                Self.panel(own.filter { $0.cell == cell }, levels)
            }
            let shown = panels.filter { abs($0.total) <= Self.largestOfTerms }.prefix(Self.mostPanels)
            guard !shown.isEmpty else { return nil }
            return DecompositionFigure(
                details("Terms of the likelihood: \(name)"),
                panels: Array(shown),
                stackNames: levels.map { "level \($0)" },
                terms: ["−logdet", "quadratic", "log-scale"],
                intervalMeaning: "Changes of up to \(Int(Self.largestOfTerms)) bit per dimension; "
                    + "bootstrap intervals of the total's mean over images"
            )
        }
        return try written("decomposition", figures)
    }

    private static func panel(_ rows: [DecompositionRow], _ levels: [Int]) -> DecompositionFigure.Panel? {
        rows.first { $0.level == nil }.map { total in
            DecompositionFigure.Panel(total, rows, levels: levels, title: total.cell.shortTransform)
        }
    }

    /// How well scores tell data sets apart: a row for each model and pair.
    func areas(_ rows: [OODRow]) throws -> [ReportFigure] {
        func name(_ row: OODRow) -> String {
            "\(row.modelLabel): \(row.inside) | \(row.outside)\(row.seed == 0 ? "" : ", seed \(row.seed)")"
        }
        let scores = rows.filter { $0.area != nil }.map(\.score).unrepeated
        let names = rows.filter { $0.area != nil }.map(name).unrepeated
        let entries = names.map { pair in
            scores.map { score in
                rows.first { name($0) == pair && $0.score == score }.flatMap { OODMatrixFigure.Entry($0) }
            }
        }
        let figures = stride(from: 0, to: names.count, by: 30).map { start -> any Figure in
            let part = start..<min(start + 30, names.count)
            return OODMatrixFigure(
                details("How well scores tell data sets apart (area under the ROC curve)"),
                rows: Array(names[part]),
                columns: scores,
                entries: Array(entries[part]),
                intervalMeaning: "DeLong's intervals on the logit scale"
            )
        }
        return try written("ood", figures)
    }
}
