// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import Vocabulary

/// The cells in view as lines: a heading for each model and data set, then a line a cell, with its classes on request.
struct OverviewTable {
    private let list: CellList
    private let signs: ScreenSigns
    private let width: Int
    private let table: ScreenTable

    init(_ list: CellList, width: Int, _ signs: ScreenSigns) {
        (self.list, self.width, self.signs) = (list, width, signs)
        let groups = list.page.cells.flatMap { cell in
            [(cell, cell.summary?.all)] + (list.showsClasses ? (cell.summary?.classes ?? []).map { (cell, $0) } : [])
        }
        table = ScreenTable(
            Self.columns(signs),
            rows: groups.map { Self.entries($0, $1, list, signs) },
            width: width,
            signs
        )
    }

    private static func columns(_ signs: ScreenSigns) -> [ScreenTable.Column] {
        [
            .init("transform", .text(minimum: 18)),
            .init("distribution", .distribution(12...28)),
            .init("n", .number, rank: 2),
            .init("mean", .number),
            .init("sd", .number, rank: 5, isMissed: false),
            .init("median", .number, rank: 4, isMissed: false),
            .init("\(signs.delta) \(signs.plusMinus)95 %", .number),
            .init("raised", .number, rank: 3, isMissed: false),
            .init("done", .number, rank: 1),
        ]
    }

    private static func entries(
        _ cell: SummarisedCell,
        _ group: CellSummary.Group?,
        _ list: CellList,
        _ signs: ScreenSigns
    ) -> [ScreenTable.Entry] {
        let figures = FigureTexts(group, of: cell, signs)
        let isWhole = group?.label == nil
        let style: ScreenStyle = isWhole ? .normal : .faint
        let name = group?.label.map { "  class \($0)" } ?? list.names.name(of: cell)
        let percentage = cell.images > 0 ? min(cell.recordedImages, cell.images) * 100 / cell.images : 100
        let isInTrouble = cell.failedImages > 0 || (group?.summary.nonFiniteCount ?? 0) > 0
        let done = isWhole ? "\(percentage) %\(isInTrouble ? "!" : "")" : ""
        return [
            .text(name, style),
            .distribution(group, over: list.scale(of: cell)?.range ?? 0...1),
            .text(figures.count, style), .text(figures.mean, isWhole ? .strong : .faint),
            .text(figures.deviation, style), .text(figures.median, style), .text(figures.change, style),
            .text(figures.raised, style), .text(done, isInTrouble ? .alarming : style),
        ]
    }

    /// The titles of the columns.
    var titles: ScreenLine { table.titles }

    /// What all settings of the transformations share, for a remark; no lines where there is nothing.
    var remarks: [ScreenLine] {
        let shared = list.names.shared
        return shared.isEmpty
            ? [] : DisplayWidth.wrap("all: \(shared)", to: width, indent: 2).map { ScreenLine($0, .faint) }
    }

    /// What has no room.
    var missed: [String] { table.missed }

    /// The lines of the cell at a position; nil where it is not known.
    func lines(_ position: Int, _ previous: Int?) -> [ScreenLine]? {
        guard let cell = list.page[position] else { return nil }
        let before = previous.flatMap { list.page[$0] }
        let isSame = before.map { Self.heading($0) == Self.heading(cell) } ?? false
        let groups = [cell.summary?.all] + (list.showsClasses ? cell.summary?.classes ?? [] : [])
        let rows = groups.enumerated().flatMap { index, group in
            table.lines(
                Self.entries(cell, group, list, signs),
                isSelected: index == 0 && list.isSelected(position)
            )
        }
        return (isSame ? [] : headingLines(cell)) + rows
    }

    private static func heading(_ cell: SummarisedCell) -> String { "\(cell.modelLabel) on \(cell.spec.dataset)" }

    /// Model, data set and, where the distributions are, the scale that all of the model's share.
    private func headingLines(_ cell: SummarisedCell) -> [ScreenLine] {
        let name = DisplayWidth.wrap(Self.heading(cell), to: width, indent: 2)
        var lines = name.map { ScreenLine($0, .init(bold: true, colour: .blue)) }
        guard let known = list.scale(of: cell), cell.summary != nil else { return lines }
        let scale = ScaleText.text(known, measure: cell.summary?.measure, signs)
        let last = lines[lines.count - 1]
        let place = max(table.place(of: "distribution") ?? 0, last.width + 2)
        if place + DisplayWidth.of(scale) <= width {
            lines[lines.count - 1] =
                last + ScreenLine(String(repeating: " ", count: place - last.width))
                + ScreenLine(scale, .faint)
        } else {
            lines.append(ScreenLine("  \(scale)", .faint))
        }
        return lines
    }
}

/// The scale of distributions in words.
enum ScaleText {
    static func text(_ scale: ModelScale, measure: CellSummary.Measure?, _ signs: ScreenSigns) -> String {
        guard let range = scale.range else { return "" }
        let decimals = range.upperBound - range.lowerBound < 1 ? 3 : 2
        func figure(_ value: Double) -> String { FigureTexts.figure(value, decimals: decimals) }
        let unit = measure == .correct ? "" : " bpd"
        let ends = "scale \(figure(range.lowerBound)) \(signs.ellipsis) \(figure(range.upperBound))\(unit)"
        guard let most = scale.extremes?.upperBound, most > range.upperBound else { return ends }
        return "\(ends), last column to \(figure(most))"
    }
}
