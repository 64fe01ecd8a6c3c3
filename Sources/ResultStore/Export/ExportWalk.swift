// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

/// A way over all rows of a run that are exported, in the order in which they are written; good for one transaction.
struct ExportWalk {
    /// The columns of parameters.
    let parameters: ParameterColumns
    /// The columns of values.
    let columns: [String]
    /// The columns of counts behind them.
    var counts: [String] { doubts.columns }

    private let run: Int64
    private let selection: ExportSelection
    private let database: Database
    /// Positions of images that failed.
    private let failed: [CellID: [Int]]
    private let doubts: ExportDoubts

    init(
        of run: Int64,
        _ selection: ExportSelection,
        failed: [CellID: [Int]],
        in database: Database
    ) throws {
        self.run = run
        self.selection = selection
        self.failed = failed
        self.database = database
        doubts = try ExportDoubts(of: run, in: database)
        let values = try Self.columns(of: run, in: database)
        let failedColumns = failed.isEmpty ? [] : [ExportFormat.failedColumn]
        let parameters = try ParameterColumns(
            of: run,
            besides: ExportFormat.leadingColumns + values + failedColumns + doubts.columns,
            in: database
        )
        let chosen = try Self.chosen(selection.columns, of: values, parameters.titles)
        columns = chosen.filter(values.contains) + failedColumns
        self.parameters = parameters.only(chosen)
    }

    /// Hands all rows to `target`.
    func export(to target: consuming some ExportTarget) throws -> ExportSummary {
        let failedColumn = failed.isEmpty ? nil : columns.count - 1
        var rows = ExportedRows(target, parameters, columns, failedColumn: failedColumn, selection, doubts)
        var slices = Slices(database)
        let parts = try StoredParts(database)
        let cells = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(RunCell.selection), cell.key, cell.slice FROM \(RunCell.source)
                WHERE run_cell.run = ? ORDER BY cell.id, naming.model, naming.dataset, naming.split
                """,
            arguments: [run]
        )
        while let row = try cells.next() {
            let cell = try RunCell(row)
            guard selection.includes(cell) else { continue }
            let key: Int64 = try row.value(RunCell.selected)
            let slice = try slices[try row.value(RunCell.selected + 1)]
            try rows.begin(cell, failed: failed[cell.id] ?? [])
            try parts.forEach(ofCell: key, in: slice) { part in
                try rows.appendFailed(before: part.positions.lowerBound, of: slice)
                try rows.append(part, of: slice)
            }
            try rows.appendFailed(before: slice.count, of: slice)
        }
        return try rows.finish()
    }

    /// How long the texts are that name cells.
    func textWidths() throws -> CellTextWidths {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT max(length(naming.model)), max(length(naming.dataset)), max(length(naming.split)),
                    max(length(transform.name)), max(length(transform.parameters))
                FROM \(RunCell.source) WHERE run_cell.run = ?
                """,
            arguments: [run]
        )
        guard let row else { return CellTextWidths() }
        return CellTextWidths(
            model: row.optional(0) ?? 0,
            dataset: row.optional(1) ?? 0,
            split: row.optional(2) ?? 0,
            transform: row.optional(3) ?? 0,
            parameters: row.optional(4) ?? 0
        )
    }

    /// All columns of values, in their order.
    private static func columns(of run: Int64, in database: Database) throws -> [String] {
        let layouts = try String.fetchAll(
            database,
            sql: """
                SELECT DISTINCT layout.names FROM run_cell
                JOIN part ON part.cell = run_cell.cell JOIN layout ON layout.key = part.layout WHERE run_cell.run = ?
                """,
            arguments: [run]
        )
        return Layouts.union([["bpd"]] + layouts.map(Layouts.names))
    }

    /// The columns that are asked for, which must be there; all where none are named.
    private static func chosen(_ names: [String]?, of values: [String], _ parameters: [String]) throws -> [String] {
        let known = values + parameters
        guard let names else { return known }
        for (place, name) in names.enumerated() {
            guard known.contains(name) else { throw ExportError.unknownColumn(name, known: known) }
            guard !names[..<place].contains(name) else { throw ExportError.repeatedColumn(name) }
        }
        return names
    }
}

/// Rows on their way from parts to a target, and how many there were.
private struct ExportedRows<Target: ExportTarget> {
    private var target: Target
    private let parameters: ParameterColumns
    private let columns: [String]
    private let failedColumn: Int?
    private let selection: ExportSelection
    private let doubts: ExportDoubts
    private var summary = ExportSummary()
    private var cell: CellID?
    /// Positions of the cell's failed images that have no row yet.
    private var failed: ArraySlice<Int> = []
    /// Where the columns stand in parts like the last one: most are like the one before.
    private var layout: (names: [String], places: [Int?]) = ([], [])

    init(
        _ target: Target,
        _ parameters: ParameterColumns,
        _ columns: [String],
        failedColumn: Int?,
        _ selection: ExportSelection,
        _ doubts: ExportDoubts
    ) {
        self.target = target
        self.parameters = parameters
        self.columns = columns
        self.failedColumn = failedColumn
        self.selection = selection
        self.doubts = doubts
    }

    mutating func begin(_ cell: RunCell, failed: [Int]) throws {
        summary.cells += 1
        if !cell.isComplete { summary.incompleteCells += 1 }
        self.failed = failed[...]
        self.cell = cell.id
        try target.begin(cell, parameters: parameters.values(of: cell))
    }

    mutating func append(_ part: StoredPart, of slice: Slice) throws {
        if part.names != layout.names {
            layout = (part.names, columns.map { part.names.firstIndex(of: $0) })
        }
        summary.rows += try append(part.positions, in: part, of: slice)
    }

    /// Appends the failed images before a position: of their values only that they failed is known.
    mutating func appendFailed(before position: Int, of slice: Slice) throws {
        let first = failed.prefix { $0 < position }
        failed = failed.dropFirst(first.count)
        summary.failedImages += try append(first, in: nil, of: slice)
    }

    mutating func finish() throws -> ExportSummary {
        try target.finish()
        return summary
    }

    private mutating func append(_ positions: some Sequence<Int>, in part: StoredPart?, of slice: Slice) throws -> Int {
        let rows = selection.rows(positions, of: slice)
        guard let cell, !rows.isEmpty else { return 0 }
        let batch = ExportBatch(rows, of: slice, in: part, places: layout.places, failedColumn: failedColumn)
        try target.append(batch) { [doubts] position in doubts.counts(at: position, of: cell) }
        return rows.count
    }
}
