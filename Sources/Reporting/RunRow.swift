// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One run, as `coordinator runs` lists it.
public struct RunRow: Hashable, Sendable, Encodable {
    /// The run's id.
    public var id: String
    /// The sweep's name.
    public var sweep: String
    /// How far the run has come.
    public var state: String
    /// Number of cells.
    public var cells: Int
    /// Number of cells all of whose images are recorded.
    public var done: Int
    /// Number of images that have no result because their shards were given up.
    public var failed: Int
    /// Number of shards that were audited; nil where none were to be.
    public var audits: Int?
    /// Number of shards that were chosen for an audit and not audited; nil where none were to be.
    public var auditsMissing: Int?
    /// Number of shards whose rows are disputed; nil where none are.
    public var disputed: Int?
    /// What was another way than the sweep file says, as options of a command line; nil where nothing was.
    public var settings: [String]?

    /// A row of the list, of a run in which nothing failed unless said otherwise.
    public init(id: String, sweep: String, state: String, cells: Int, done: Int, failed: Int = 0) {
        self.id = id
        self.sweep = sweep
        self.state = state
        self.cells = cells
        self.done = done
        self.failed = failed
    }
}

/// The table of `coordinator runs`.
public enum RunTable {
    /// Lays the table out for a terminal.
    ///
    /// - Parameters:
    ///   - rows: The runs, in the order in which they are to appear.
    ///   - width: The columns of the terminal; nil when there is no limit.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends.
    public static func lines(_ rows: [RunRow], width: Int? = nil, style: TextStyle = .plain) -> [String] {
        let showsFailed = rows.contains { $0.failed > 0 }
        let showsSettings = rows.contains { $0.settings != nil }
        var table = TextTable(
            columns: [
                .init("run", .text(minimum: 8)), .init("sweep", .text(minimum: 8)), .init("state", .text(minimum: 8)),
                .init("cells", .number), .init("done", .number),
            ] + (showsFailed ? [.init("failed", .number)] : []) + trust(rows)
                + (showsSettings ? [.init("settings", .text(minimum: 8))] : [])
        )
        for row in rows {
            let state = TextTable.Entry(row.state, row.state == "failed" ? .alarming : .normal)
            table.append(
                [
                    .init(row.id, .strong), .init(row.sweep), state, .init(HumanText.count(row.cells)),
                    .init(HumanText.count(row.done)),
                ] + (showsFailed ? [.init(alarm: row.failed)] : []) + trust(row, of: rows)
                    + (showsSettings ? [.init(row.settings?.joined(separator: " ") ?? HumanText.absent)] : [])
            )
        }
        return table.lines(width: width, style: style)
    }

    /// Columns that are there where any run has something in them.
    private static func trust(_ rows: [RunRow]) -> [TextTable.Column] {
        (rows.contains { $0.audits != nil } ? [.init("audits", .number), .init("not done", .number)] : [])
            + (rows.contains { $0.disputed != nil } ? [.init("disputed", .number)] : [])
    }

    private static func trust(_ row: RunRow, of rows: [RunRow]) -> [TextTable.Entry] {
        func entry(_ count: Int?, isAlarming: Bool) -> TextTable.Entry {
            .init(count.map(HumanText.count) ?? HumanText.absent, isAlarming && count ?? 0 > 0 ? .alarming : .normal)
        }
        let audits = [entry(row.audits, isAlarming: false), entry(row.auditsMissing, isAlarming: true)]
        return (rows.contains { $0.audits != nil } ? audits : [])
            + (rows.contains { $0.disputed != nil } ? [entry(row.disputed, isAlarming: true)] : [])
    }
}
