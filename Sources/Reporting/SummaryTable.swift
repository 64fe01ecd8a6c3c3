// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
        _ rows: [DistributionRow],
        width: Int? = nil,
        style: TextStyle = .plain
    ) -> [String] {
        let caption = CellCaption(rows.map(\.cell))
        let classes = Set(rows.compactMap(\.imageClass)).sorted()
        let showsNonFinite = rows.contains { $0.nonFinite > 0 }
        var table = TextTable(
            columns: caption.columns + figures + classes.map { .init(String($0), .number, dropOrder: 2) }
                + (showsNonFinite ? [.init("non-finite", .number)] : [])
        )
        for cell in cells(rows) {
            let all = cell.first { $0.imageClass == nil }
            let means = classes.map { imageClass in
                TextTable.Entry(HumanText.fixed(cell.first { $0.imageClass == imageClass }?.mean, decimals: 3))
            }
            let nonFinite = all?.nonFinite ?? cell.reduce(0) { $0 + $1.nonFinite }
            let alarm = TextTable.Entry(nonFinite > 0 ? HumanText.count(nonFinite) : "", .alarming)
            table.append(
                caption.entries(cell[0].cell) + entries(all) + means
                    + (showsNonFinite ? [alarm] : [])
            )
        }
        return caption.lines(above: table, width: width, style: style)
    }

    private static let figures: [TextTable.Column] = [
        .init("n", .number, dropOrder: 1),
        .init("mean", .number),
        .init("Δ", .number, dropOrder: 3),
    ]

    private static func entries(_ row: DistributionRow?) -> [TextTable.Entry] {
        [
            .init(row.map { HumanText.count($0.count) } ?? HumanText.absent),
            .init(HumanText.fixed(row?.mean, decimals: 3), .strong),
            .init(HumanText.fixed(row?.delta, decimals: 3, signed: true), .strong),
        ]
    }

    /// Neighbouring rows of the same cell; none is empty.
    private static func cells(_ rows: [DistributionRow]) -> [[DistributionRow]] {
        var cells: [[DistributionRow]] = []
        for row in rows {
            if let last = cells.last?.last, last.cell == row.cell {
                cells[cells.count - 1].append(row)
            } else {
                cells.append([row])
            }
        }
        return cells
    }
}
