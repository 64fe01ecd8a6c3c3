// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import Foundation
import ResultStore
import Statistics
import Vocabulary

/// Figures of a run, made from rows that were computed or from what is recorded.
struct RunFigures {
    let answers: RunAnswers
    var width = FigureWidth.column
    /// Whether captions stand within the pictures.
    var showsCaption = true
    /// What stands above every figure; nil for what the kind says.
    var title: String?
    /// What a figure was made from, kept in its file.
    var sources: [String: String] = [:]
    /// What subjects are called where a figure is one of several; nil for no more than tells those of a figure apart.
    var names: SubjectNames?

    /// The same, all called `title`.
    func titled(_ title: String) -> RunFigures {
        var figures = self
        figures.title = title
        return figures
    }

    /// What belongs to a figure that is called `title` unless something else was asked for.
    func details(_ title: String) -> FigureDetails {
        FigureDetails(title: self.title ?? title, width: width, showsCaption: showsCaption, sources: sources)
    }

    private func names(of cells: [RunCell]) -> SubjectNames { names ?? SubjectNames(cells) }

    /// What intervals of means are.
    private var intervals: String {
        let percent = (answers.settings.level * 100).rounded()
        return "\(Int(percent)) % bootstrap intervals of the mean over images"
    }

    /// What is measured of `rows`; accuracy where all are a classifier's.
    private static func measure(_ rows: [EffectRow]) -> String {
        rows.allSatisfy { $0.measure == .accuracy } ? "accuracy" : "bits per dimension"
    }

    /// Differences with their intervals, a row for each cell or class, against the smallest effect.
    func forest(_ rows: [EffectRow]) -> ForestFigure {
        let names = names(of: rows.map(\.cell))
        var groups: [ForestFigure.Group] = []
        let rows =
            rows.contains { $0.measure == .bitsPerDimension } ? rows.filter { $0.measure == .bitsPerDimension } : rows
        for row in rows {
            let title = names.name(row.cell)
            if groups.last?.title != title { groups.append(ForestFigure.Group(title: title, rows: [])) }
            let name = row.cell.briefTransform + (row.label.map { ", class \($0)" } ?? "")
            groups[groups.count - 1].rows.append(ForestFigure.Row(row, named: name))
        }
        return ForestFigure(
            details("What transformations do to \(Self.measure(rows))"),
            groups: groups,
            measure: "mean difference in \(Self.measure(rows))",
            smallestEffect: answers.settings.smallestEffect,
            intervalMeaning: intervals
        )
    }

    /// Dose-response curves: a panel for each data set and setting of the other parameters, a curve for each model.
    func doses(_ rows: [DoseRow]) -> DoseResponseFigure {
        let isOfModels = rows.contains { $0.measure == .bitsPerDimension }
        let shown = isOfModels ? rows.filter { $0.measure == .bitsPerDimension } : rows
        let seeds = names(of: shown.map(\.cell)).hasSeeds
        var panels: [DoseResponseFigure.Panel] = []
        for row in shown {
            let title = [row.cell.dataset, row.others].filter { !$0.isEmpty }.joined(separator: ", ")
            if !panels.contains(where: { $0.title == title }) { panels.append(.init(title: title, curves: [])) }
            let place = panels.firstIndex { $0.title == title } ?? 0
            panels[place].curves.append(
                Self.curve(row, named: row.cell.modelLabel + (seeds ? ", seed \(row.cell.seed)" : ""))
            )
        }
        let parameter = shown.first.map { "\($0.cell.transform): \($0.parameter)" } ?? "dose"
        return DoseResponseFigure(
            details("Dose and response"),
            panels: panels,
            doseName: parameter,
            measure: isOfModels ? "difference in bits per dimension" : "difference in error rate",
            level: answers.settings.rise,
            intervalMeaning: "bands are \(intervals)"
        )
    }

    private static func curve(_ row: DoseRow, named name: String) -> DoseResponseFigure.Curve {
        let points = row.points.map { DoseResponseFigure.Point($0, of: row) }
        // An end that lies outside the measured doses is drawn where they end.
        let low = row.effectiveDoseLow.dose ?? points.first?.dose ?? 0
        let high = row.effectiveDoseHigh.dose ?? points.last?.dose ?? 0
        return DoseResponseFigure.Curve(
            name: name,
            points: points,
            effectiveDose: row.effectiveDose.dose,
            effectiveInterval: row.effectiveDose.dose != nil && low <= high ? low...high : nil
        )
    }

    /// What shifts do, from the rows of translations: a panel for each model, data set and way of shifting.
    func phaseMap(_ rows: [EffectRow]) throws -> PhaseMapFigure {
        let names = names(of: rows.map(\.cell))
        var panels: [PhaseMapFigure.Panel] = []
        for row in rows where row.label == nil && row.measure == .bitsPerDimension {
            guard let shift = row.cell.transformSpec?.as(Translation.self) else { continue }
            let way = row.cell.briefTransform.split(separator: " ").dropFirst()
                .filter { !$0.hasPrefix("dx=") && !$0.hasPrefix("dy=") }
            let title = ([names.name(row.cell)] + way.map(String.init)).joined(separator: ", ")
            if !panels.contains(where: { $0.title == title }) {
                // An image that is not shifted differs by nothing.
                panels.append(.init(title: title, values: [.init(dx: 0, dy: 0): 0], count: row.effect.count))
            }
            let place = panels.firstIndex { $0.title == title } ?? 0
            panels[place].values[.init(dx: shift.dx, dy: shift.dy)] = row.effect.mean ?? .nan
        }
        guard !panels.isEmpty else {
            throw AnswerError.nothingToCompare("run \(answers.run.id) has no translations that pass --where")
        }
        return PhaseMapFigure(details("What shifts do to bits per dimension"), panels: panels)
    }

    /// Which terms of Glows' likelihoods moved: a panel for each cell.
    ///
    /// - Parameters:
    ///   - rows: The rows; those of classes are left out.
    ///   - isOfOneSubject: Whether the title tells whose they are, so that panels need not.
    /// - Returns: The figure.
    /// - Throws: `AnswerError` without rows.
    func decomposition(_ rows: [DecompositionRow], isOfOneSubject: Bool = false) throws -> DecompositionFigure {
        let all = rows.filter { $0.label == nil }
        let names = names(of: all.map(\.cell))
        let byCell = Dictionary(grouping: all, by: \.cell)
        let levels = Set(all.compactMap(\.level)).sorted()
        let panels = all.filter { $0.level == nil }.map { total in
            DecompositionFigure.Panel(
                total,
                byCell[total.cell] ?? [],
                levels: levels,
                title: (isOfOneSubject ? "" : "\(names.name(total.cell)): ") + total.cell.briefTransform
            )
        }
        guard !panels.isEmpty else {
            throw AnswerError.nothingToCompare(
                "run \(answers.run.id) has no transformed cell of a Glow that passes --where"
            )
        }
        return DecompositionFigure(
            details("Which terms of the likelihood moved"),
            panels: panels,
            stackNames: levels.map { "level \($0)" },
            terms: ["log-determinant", "quadratic", "log-scale"],
            intervalMeaning: "\(intervals.replacing("the mean", with: "the total's mean"))"
        )
    }

    /// How well scores tell data sets apart: a row for each model and pair, a column for each score.
    func areas(_ rows: [OODRow]) -> OODMatrixFigure {
        let hasSeeds = self.names?.hasSeeds ?? (Set(rows.map(\.seed)).count > 1)
        func name(_ row: OODRow) -> String {
            let seed = hasSeeds ? ", seed \(row.seed)" : ""
            return "\(row.modelLabel)\(seed): \(row.inside) / \(row.outside)"
        }
        let names = rows.map(name).unrepeated
        let scores = rows.map(\.score).unrepeated
        let entries = names.map { title in
            scores.map { score in
                rows.first { name($0) == title && $0.score == score }.flatMap { OODMatrixFigure.Entry($0) }
            }
        }
        return OODMatrixFigure(
            details("Telling data sets apart (inside / outside)"),
            rows: names,
            columns: scores,
            entries: entries,
            intervalMeaning: "\(Int((answers.settings.level * 100).rounded())) % intervals by DeLong's method"
        )
    }
}
