// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Statistics
import Vocabulary

/// The table of `coordinator tail`: one line for each cell and class.
public enum DistributionTable {
    /// Lays the table out for a terminal.
    ///
    /// What all cells share stands above the table instead of in columns. A cell is named on its first line only; the
    /// rows of a cell must be neighbours. Values that are no numbers, and images that failed, are counted in columns of
    /// their own as soon as there is one.
    ///
    /// - Parameters:
    ///   - rows: The rows in the order in which they are to appear.
    ///   - width: The columns of the terminal; nil when there is no limit.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends.
    public static func lines(
        _ rows: [CellStatistics],
        width: Int? = nil,
        style: TextStyle = .plain
    ) -> [String] {
        let caption = CellCaption(rows.map(\.spec))
        let showsNonFinite = rows.contains { $0.summary.nonFiniteCount > 0 }
        let showsFailed = rows.contains { $0.failed > 0 }
        let alarms = (showsNonFinite ? [nonFinite] : []) + (showsFailed ? [failed] : [])
        var table = TextTable(columns: caption.columns + columns + alarms)
        var cell: CellSpec?
        for row in rows {
            let startsCell = row.spec != cell
            cell = row.spec
            let label = startsCell ? caption.entries(row.spec) : caption.blanks
            var counts: [TextTable.Entry] = []
            if showsNonFinite { counts.append(.init(alarm: row.summary.nonFiniteCount)) }
            if showsFailed { counts.append(.init(alarm: row.label == nil ? row.failed : 0)) }
            table.append(label + entries(row) + counts, startsGroup: startsCell)
        }
        return caption.lines(above: table, width: width, style: style)
    }

    private static let columns: [TextTable.Column] = [
        .init("class", .number),
        .init("n", .number, dropOrder: 4),
        .init("mean", .number),
        .init("sd", .number, dropOrder: 3),
        .init("q25", .number, dropOrder: 2),
        .init("median", .number, dropOrder: 5),
        .init("q75", .number, dropOrder: 2),
        .init("Δ", .number, dropOrder: 6),
    ]

    private static let nonFinite = TextTable.Column("non-finite", .number)
    private static let failed = TextTable.Column("failed", .number)

    private static func entries(_ row: CellStatistics) -> [TextTable.Entry] {
        let role: TextRole = row.label == nil ? .strong : .normal
        let summary = row.summary
        let figures = [
            summary.mean, summary.standardDeviation, summary.lowerQuartile, summary.median, summary.upperQuartile,
        ].map { HumanText.fixed($0, decimals: 4) }
        let texts =
            [row.label.map(String.init) ?? "all", HumanText.count(summary.totalCount)] + figures
            + [HumanText.fixed(row.meanDifference, decimals: 4, signed: true)]
        return texts.map { TextTable.Entry($0, role) }
    }
}
