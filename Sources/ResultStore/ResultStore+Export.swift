// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import GRDB
import Vocabulary

extension ResultStore {
    /// Exports what is recorded of `run`, and what failed, sorted by cell and index, in pieces of bounded size.
    ///
    /// The bytes depend on the results, on what failed, on the names in the sweep file and the format alone: not on the run,
    /// the order or the bounds of the shards, the workers or the time. Where a run's audits were not all done, or rows are
    /// disputed, columns at the end say so. The whole export is of one moment, whatever is recorded while
    /// it goes on; `write` must not call the store.
    ///
    /// - Parameters:
    ///   - run: The run's id.
    ///   - format: How rows are written.
    ///   - write: Called with successive pieces of some 64 KB.
    /// - Returns: What was written.
    /// - Throws: `ResultStoreError`, or what `write` throws.
    public func export(
        _ run: String,
        as format: ExportFormat,
        to write: ([UInt8]) throws -> Void
    ) throws -> ExportSummary {
        switch format {
        case .csv: try export(run, with: CSVEncoder.self, to: write)
        case .jsonl: try export(run, with: JSONLinesEncoder.self, to: write)
        }
    }

    /// Exports what is recorded of `run` to the file `path`, which appears complete or not at all.
    ///
    /// - Throws: `ResultStoreError`, or an error that says why the file cannot be written.
    public func export(_ run: String, as format: ExportFormat, toFile path: String) throws -> ExportSummary {
        try DurableFile.write(to: path) { append in try export(run, as: format, to: append) }
    }

    private func export<Encoder: ExportEncoder>(
        _ run: String,
        with encoder: Encoder.Type,
        to write: ([UInt8]) throws -> Void
    ) throws -> ExportSummary {
        try read { database in
            let run = try runKey(run, in: database)
            let failed = try failedPositions(of: run, in: database)
            let lastColumns = failed.isEmpty ? [] : [ExportFormat.failedColumn]
            let columns = try exportedColumns(of: run, in: database) + lastColumns
            let doubts = try ExportDoubts(of: run, in: database)
            let encoder = Encoder(columns: columns, counts: doubts.columns)
            var rows = ExportRows(columns: columns, encoder: encoder, doubts: doubts)
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
                let key: Int64 = try row.value(RunCell.selected)
                let slice = try slices[try row.value(RunCell.selected + 1)]
                rows.begin(cell, failed: failed[cell.id] ?? [])
                try parts.forEach(ofCell: key, in: slice) { part in
                    rows.appendFailed(before: part.positions.lowerBound, of: slice)
                    rows.append(part, of: slice)
                    if rows.bytes.count >= 1 << 16 { try write(rows.takeBytes()) }
                }
                rows.appendFailed(before: slice.count, of: slice)
            }
            try write(rows.takeBytes())
            return rows.summary
        }
    }

    private func exportedColumns(of run: Int64, in database: Database) throws -> [String] {
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
}

/// Rows of an export on their way from parts to bytes.
private struct ExportRows<Encoder: ExportEncoder> {
    private(set) var bytes: [UInt8]
    private(set) var summary = ExportSummary()
    private let columns: [String]
    private var encoder: Encoder
    /// Positions of the cell's failed images that have no row yet.
    private var failed: ArraySlice<Int> = []
    private let doubts: ExportDoubts
    private var cell: CellID?
    /// Where the columns of the last part's layout stand among `columns`.
    private var layout: (names: [String], places: [Int?]) = ([], [])

    init(columns: [String], encoder: Encoder, doubts: ExportDoubts) {
        self.columns = columns
        self.encoder = encoder
        self.doubts = doubts
        bytes = encoder.header
    }

    mutating func begin(_ cell: RunCell, failed: [Int]) {
        summary.cells += 1
        if !cell.isComplete { summary.incompleteCells += 1 }
        self.failed = failed[...]
        summary.failedImages += failed.count
        encoder.begin(cell)
        self.cell = cell.id
    }

    mutating func append(_ part: StoredPart, of slice: Slice) {
        if part.names != layout.names {
            layout = (part.names, columns.map { part.names.firstIndex(of: $0) })
        }
        let (places, failedColumn) = (layout.places, columns.lastIndex(of: ExportFormat.failedColumn))
        for (row, position) in part.positions.enumerated() {
            encoder.append(
                index: slice.indices[position],
                label: slice.labels[position],
                value: { column in
                    column == failedColumn ? 0 : places[column].map { part.value(row: row, column: $0) }
                },
                counts: cell.map { doubts.counts(at: position, of: $0) } ?? [],
                to: &bytes
            )
        }
        summary.rows += part.positions.count
    }

    /// Appends the failed images before a position: of their values only that they failed is known.
    mutating func appendFailed(before position: Int, of slice: Slice) {
        let failedColumn = columns.lastIndex(of: ExportFormat.failedColumn)
        while let next = failed.first, next < position {
            failed.removeFirst()
            encoder.append(
                index: slice.indices[next],
                label: slice.labels[next],
                value: { $0 == failedColumn ? 1 : nil },
                counts: cell.map { doubts.counts(at: next, of: $0) } ?? [],
                to: &bytes
            )
        }
    }

    mutating func takeBytes() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }
}
