// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Statistics
import Vocabulary

/// The page of one cell: what it is, and each class with its distribution, quartiles and change.
enum CellContent {
    static func blocks(_ cell: SummarisedCell?, _ list: CellList, width: Int, _ signs: ScreenSigns) -> [TextList.Block]
    {
        guard let cell else {
            return [[], ["  No cell is selected: choose one in the overview (1) and press Enter."]]
        }
        return head(cell, width) + figures(cell, list, width, signs)
    }

    private static func head(_ cell: SummarisedCell, _ width: Int) -> [TextList.Block] {
        let name =
            "\(cell.modelLabel) on \(cell.spec.dataset) (\(cell.split)), \(cell.spec.transform), seed \(cell.spec.seed)"
        let recorded = "\(HumanText.count(cell.recordedImages)) of \(counted(cell.images, "image")) recorded"
        var lines = DisplayWidth.wrap(name, to: width, indent: 2).map { ScreenLine($0, .strong) }
        lines.append(ScreenLine("cell \(cell.id), \(recorded)").clipped(to: width))
        lines += troubles(cell).map { ScreenLine($0, .alarming) }
        return [lines, [.empty]]
    }

    private static func troubles(_ cell: SummarisedCell) -> [String] {
        let nonFinite = cell.summary?.all.summary.nonFiniteCount ?? 0
        return [
            cell.failedImages > 0 ? "\(counted(cell.failedImages, "image")) failed; e says why" : nil,
            nonFinite > 0 ? "\(counted(nonFinite, "value")) not finite, counted and left out of the figures" : nil,
            cell.disputedShards > 0 ? "\(counted(cell.disputedShards, "shard")) disputed by another worker" : nil,
        ].compactMap(\.self)
    }

    private static func figures(
        _ cell: SummarisedCell,
        _ list: CellList,
        _ width: Int,
        _ signs: ScreenSigns
    )
        -> [TextList.Block]
    {
        guard let summary = cell.summary else { return [["  Nothing of this cell is recorded yet."]] }
        let scale = list.scale(of: cell) ?? ModelScale()
        let groups = summary.classes + [summary.all]
        let rows = groups.map { entries($0, cell, scale.range ?? 0...1, signs) }
        let table = ScreenTable(columns(groups, signs), rows: rows, width: width, signs)
        let remark = ScaleText.text(scale, measure: summary.measure, signs)
        var blocks = [[table.titles]] + rows.map { table.lines($0) }
        blocks.append([.empty])
        var remarks = ["distributions: \(remark); all cells of the model share it", baseline(cell, signs)]
        if !table.missed.isEmpty {
            remarks.append("not shown for lack of width: \(table.missed.joined(separator: " "))")
        }
        return blocks + remarks.map { DisplayWidth.wrap($0, to: width - 2).map { ScreenLine("  \($0)", .faint) } }
    }

    private static func baseline(_ cell: SummarisedCell, _ signs: ScreenSigns) -> String {
        if cell.spec.transform == .identity { return "this is what other cells are compared with" }
        return cell.baseline == nil
            ? "\(signs.delta): the store has no cell with identity to compare with"
            : "\(signs.delta): mean change from the same images under identity, with its 95 % interval"
    }

    private static func columns(_ groups: [CellSummary.Group], _ signs: ScreenSigns) -> [ScreenTable.Column] {
        let showsNonFinite = groups.contains { $0.summary.nonFiniteCount > 0 }
        return [
            .init("class", .number), .init("distribution", .distribution(12...28)), .init("n", .number, rank: 2),
            .init("mean", .number), .init("sd", .number, rank: 4), .init("q25", .number, rank: 3),
            .init("median", .number, rank: 1), .init("q75", .number, rank: 3),
            .init("\(signs.delta) \(signs.plusMinus)95 %", .number), .init("raised", .number),
        ] + (showsNonFinite ? [.init("not finite", .number)] : [])
    }

    private static func entries(
        _ group: CellSummary.Group,
        _ cell: SummarisedCell,
        _ scale: ClosedRange<Double>,
        _ signs: ScreenSigns
    ) -> [ScreenTable.Entry] {
        let texts = FigureTexts(group, of: cell, signs)
        let style: ScreenStyle = group.label == nil ? .strong : .normal
        let showsNonFinite = (cell.summary?.all.summary.nonFiniteCount ?? 0) > 0
        return [
            .text(group.label.map(String.init) ?? "all", style), .distribution(group, over: scale),
            .text(texts.count, style), .text(texts.mean, style), .text(texts.deviation, style),
            .text(texts.lowerQuartile, style), .text(texts.median, style), .text(texts.upperQuartile, style),
            .text(texts.change, style), .text(texts.raised, style),
        ] + (showsNonFinite ? [.text(texts.nonFinite > 0 ? HumanText.count(texts.nonFinite) : "", .alarming)] : [])
    }
}
