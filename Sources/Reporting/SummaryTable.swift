// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics
import Vocabulary

/// The table that `coordinator run` ends with: one line for each cell, the means of its classes side by side.
public enum SummaryTable {
    /// Lays the table out for a terminal.
    ///
    /// What all cells share stands above the table instead of in columns.
    ///
    /// - Parameters:
    ///   - rows: The rows that `DistributionTable` takes; those of a cell must be neighbours. A cell's figures are those
    ///     of its row for all classes together.
    ///   - width: The columns of the terminal; nil when there is no limit.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends.
    public static func lines(
        _ rows: [CellStatistics],
        width: Int? = nil,
        style: TextStyle = .plain
    ) -> [String] {
        let caption = CellCaption(rows.map(\.spec))
        let classes = Set(rows.compactMap(\.label)).sorted()
        let showsNonFinite = rows.contains { $0.summary.nonFiniteCount > 0 }
        let showsFailed = rows.contains { $0.failed > 0 }
        var table = TextTable(
            columns: caption.columns + figures + classes.map { .init(String($0), .number, dropOrder: 2) }
                + (showsNonFinite ? [.init("non-finite", .number)] : [])
                + (showsFailed ? [.init("failed", .number)] : [])
        )
        for cell in cells(rows) {
            let all = cell.first { $0.label == nil }
            let means = classes.map { label in
                TextTable.Entry(HumanText.fixed(cell.first { $0.label == label }?.summary.mean, decimals: 3))
            }
            let nonFinite = all?.summary.nonFiniteCount ?? cell.reduce(0) { $0 + $1.summary.nonFiniteCount }
            table.append(
                caption.entries(cell[0].spec) + entries(all) + means
                    + (showsNonFinite ? [TextTable.Entry(alarm: nonFinite)] : [])
                    + (showsFailed ? [TextTable.Entry(alarm: cell[0].failed)] : [])
            )
        }
        return caption.lines(above: table, width: width, style: style)
    }

    private static let figures: [TextTable.Column] = [
        .init("n", .number, dropOrder: 1),
        .init("mean", .number),
        .init("Δ", .number, dropOrder: 3),
    ]

    private static func entries(_ row: CellStatistics?) -> [TextTable.Entry] {
        [
            .init(row.map { HumanText.count($0.summary.totalCount) } ?? HumanText.absent),
            .init(HumanText.fixed(row?.summary.mean, decimals: 3), .strong),
            .init(HumanText.fixed(row?.meanDifference, decimals: 3, signed: true), .strong),
        ]
    }

    /// Neighbouring rows of the same cell; none is empty.
    private static func cells(_ rows: [CellStatistics]) -> [[CellStatistics]] {
        var cells: [[CellStatistics]] = []
        for row in rows {
            if let last = cells.last?.last, last.spec == row.spec {
                cells[cells.count - 1].append(row)
            } else {
                cells.append([row])
            }
        }
        return cells
    }
}
