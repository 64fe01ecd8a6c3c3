// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Figures
import Report
import Reporting
import ResultStore
import Statistics
import Vocabulary

/// The figures of one run of a report, made from its answers and written to its folder.
struct ReportFigures {
    /// Rows that the page shows of a figure's numbers; the file beside it has all.
    private static let shownRows = 60
    /// Figures of one kind at most: beyond them nobody looks, and the tables have everything.
    private static let most = 8
    /// Changes beyond so many bits per dimension are not drawn: beside them nothing else would be seen.
    static let largest = 20.0

    let folder: ReportFolder
    /// Where they go, relative to the report's folder, with a slash at its end.
    let path: String
    /// What figures are made from, kept in their files.
    let sources: [String: String]

    func details(_ title: String) -> FigureDetails {
        FigureDetails(title: title, width: .page, showsCaption: false, sources: sources)
    }

    /// Writes figures of one kind, each with its numbers; `beyond` values were too large to be drawn.
    func written(_ kind: String, _ figures: [any Figure], beyond: Int = 0) throws -> [ReportFigure] {
        let bound = HumanText.fixed(Self.largest, decimals: 0)
        let note =
            beyond == 0
            ? "" : " \(counted(beyond, "value", "lies", "lie")) beyond ±\(bound) bits per dimension: see the table."
        return try figures.prefix(Self.most).enumerated().map { number, figure in
            let name = figures.count == 1 ? kind : "\(kind)-\(number + 1)"
            let files = ["svg", "csv"].map { "\(path)\(name).\($0)" }
            let svg = figure.svg
            try folder.write(files[0], "\(figure.title). \(figure.finding)", bytes: Array(svg.utf8))
            try folder.write(files[1], "The numbers of \(name).svg", bytes: Array(figure.table.commaSeparated.utf8))
            return ReportFigure(
                svg: svg,
                finding: figure.finding,
                caption: figure.caption + note,
                files: files,
                table: ReportTable("The numbers of the figure", figure.table, limit: Self.shownRows, files: [files[1]])
            )
        }
    }
}

// Effects.
extension ReportFigures {
    /// Rows of a forest plot on one page.
    private static let forestRows = 40

    /// Mean changes of all cells with their intervals, as many to a figure as fit on a page; large ones by themselves, so
    /// that small ones are seen.
    func forests(_ rows: [EffectRow], _ settings: AnswerSettings) throws -> [ReportFigure] {
        func size(_ row: EffectRow) -> Double { abs(row.effect.mean ?? .infinity) }
        let scored = rows.filter { $0.measure == .bitsPerDimension }
        let figures =
            forests(scored.filter { size($0) <= 1 }, "Change of bits per dimension", settings)
            + forests(scored.filter { (1.0.nextUp...Self.largest).contains(size($0)) }, "Larger changes", settings)
            + forests(rows.filter { $0.measure == .accuracy && $0.effect.mean != nil }, "Change of accuracy", settings)
        return try written("effects", figures, beyond: scored.count { size($0) > Self.largest })
    }

    private func forests(_ rows: [EffectRow], _ title: String, _ settings: AnswerSettings) -> [any Figure] {
        let isAccuracy = rows.first?.measure == .accuracy
        return Self.pages(Self.groups(rows)).map { groups in
            ForestFigure(
                details(title),
                groups: groups,
                measure: isAccuracy ? "change of accuracy" : "difference in bits per dimension",
                smallestEffect: settings.smallestEffect,
                intervalMeaning: Self.meaning(settings)
            )
        }
    }

    static func meaning(_ settings: AnswerSettings) -> String {
        "\(HumanText.fixed(100 * settings.level, decimals: 0)) % bootstrap intervals of the mean over images"
    }

    private static func groups(_ rows: [EffectRow]) -> [ForestFigure.Group] {
        var (order, members): ([String], [String: [EffectRow]]) = ([], [:])
        for row in rows {
            let seed = row.cell.seed == 0 ? "" : ", seed \(row.cell.seed)"
            let title = "\(row.cell.modelLabel) on \(row.cell.dataset)\(seed)"
            if members[title] == nil { order.append(title) }
            members[title, default: []].append(row)
        }
        return order.map { title in
            ForestFigure.Group(title: title, rows: (members[title] ?? []).compactMap(forestRow))
        }
    }

    private static func forestRow(_ row: EffectRow) -> ForestFigure.Row? {
        row.effect.mean == nil ? nil : ForestFigure.Row(row, named: row.cell.shortTransform)
    }

    /// Groups spread over pages, in their order; one that is longer than a page is divided.
    private static func pages(_ groups: [ForestFigure.Group]) -> [[ForestFigure.Group]] {
        var (pages, room): ([[ForestFigure.Group]], Int) = ([], 0)
        for group in groups {
            for start in stride(from: 0, to: group.rows.count, by: forestRows) {
                let part = Array(group.rows[start..<min(start + forestRows, group.rows.count)])
                if pages.isEmpty || part.count + 2 > room { (pages, room) = (pages + [[]], forestRows + 2) }
                pages[pages.count - 1].append(ForestFigure.Group(title: group.title, rows: part))
                room -= part.count + 2
            }
        }
        return pages
    }
}

// Classes.
extension ReportFigures {
    /// Bits per dimension of each class before and after, a figure for each data set and kind of transformation.
    func bars(_ cells: [SummarisedCell]) throws -> [ReportFigure] {
        let scored = cells.filter { $0.summary?.measure == .bitsPerDimension && $0.spec.seed == cells.first?.spec.seed }
        var figures: [any Figure] = []
        func dataset(_ cell: SummarisedCell) -> String { "\(cell.spec.dataset)/\(cell.split)" }
        for name in scored.map(dataset).unrepeated {
            let own = scored.filter { dataset($0) == name }
            for kind in own.map(\.spec.transform.name).unrepeated where kind != TransformSpec.identity.name {
                if let figure = bars(of: kind, name, own) { figures.append(figure) }
            }
        }
        return try written("classes", figures)
    }

    /// The untransformed images, and the first and the last setting of a transformation that most models have.
    private func bars(of kind: String, _ dataset: String, _ cells: [SummarisedCell]) -> GroupedBarsFigure? {
        let settings =
            cells
            .filter { $0.spec.transform.name == kind && abs($0.summary?.all.summary.mean ?? 0) <= Self.largest }
            .map(\.spec.transform).unrepeated
        let most = settings.map { setting in cells.count { $0.spec.transform == setting } }.max() ?? 0
        let common = settings.filter { setting in cells.count { $0.spec.transform == setting } == most }
        guard let first = common.first, let last = common.last else { return nil }
        let series = first == last ? [.identity, first] : [.identity, first, last]
        let panels = cells.map(\.spec.model).unrepeated.compactMap { model -> GroupedBarsFigure.Panel? in
            let own = cells.filter { $0.spec.model == model }
            let groups = series.map { setting in own.first { $0.spec.transform == setting }?.summary }
            guard groups[0] != nil, groups.dropFirst().contains(where: { $0 != nil }) else { return nil }
            let classes = Set(groups.flatMap { $0?.classes.compactMap(\.label) ?? [] }).sorted()
            return GroupedBarsFigure.Panel(
                title: model,
                groups: classes.map(String.init),
                bars: classes.map { label in groups.map { $0?[label].flatMap(Self.bar) } }
            )
        }
        guard !panels.isEmpty, panels.count <= 12 else { return nil }
        return GroupedBarsFigure(
            details("\(dataset): bits per dimension by class under \(kind)"),
            panels: panels,
            series: series.map(\.brief),
            intervalMeaning: "95 % intervals of the mean over images (normal)"
        )
    }

    private static func bar(_ group: CellSummary.Group) -> GroupedBarsFigure.Bar? {
        let summary = group.summary
        guard let mean = summary.mean, summary.count > 0 else { return nil }
        let error = summary.standardDeviation.map { 1.959964 * $0 / Double(summary.count).squareRoot() }
        return GroupedBarsFigure.Bar(
            value: mean,
            interval: error.map { mean - $0...mean + $0 },
            count: summary.count
        )
    }
}
