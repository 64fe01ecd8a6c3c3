// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Files
import Foundation
import GRDB
import Vocabulary

extension ResultStore {
    /// Exports what is recorded of `run`, and what failed, sorted by cell and index, in pieces of bounded size.
    ///
    /// The bytes depend on the results, on what failed, on the names in the sweep file, the format and the selection alone:
    /// not on the run, the order or the bounds of the shards, the workers or the time. Where a run's audits were not all
    /// done, or rows are disputed, columns at the end say so. The whole export is of one moment, whatever is recorded while
    /// it goes on; `write` must not call the store.
    ///
    /// - Parameters:
    ///   - run: The run's id.
    ///   - format: How rows are written.
    ///   - selection: Which rows and columns are written.
    ///   - scratch: A folder for a file as large as the export, which the format ``ExportFormat/npz`` needs.
    ///   - write: Called with successive pieces of some 64 KB.
    /// - Returns: What was written.
    /// - Throws: `ResultStoreError`, `ExportError`, an error of the scratch file, or what `write` throws.
    public func export(
        _ run: String,
        as format: ExportFormat,
        _ selection: ExportSelection = .all,
        scratch: String = "/tmp",
        to write: ([UInt8]) throws -> Void
    ) throws -> ExportSummary {
        try export(run, as: format, selection, scratch: { try ScratchFile(beside: "-", or: scratch) }, to: write)
    }

    /// Exports what is recorded of `run` to the file `path`, which appears complete or not at all.
    ///
    /// What the format needs to put aside lies beside the file; where `path` is no file, in the folder `scratch`.
    ///
    /// - Throws: `ResultStoreError`, `ExportError`, or an error that says why the file cannot be written.
    public func export(
        _ run: String,
        as format: ExportFormat,
        _ selection: ExportSelection = .all,
        scratch: String = "/tmp",
        toFile path: String
    ) throws -> ExportSummary {
        try DurableFile.write(to: path) { append in
            try export(run, as: format, selection, scratch: { try ScratchFile(beside: path, or: scratch) }, to: append)
        }
    }

    private func export(
        _ run: String,
        as format: ExportFormat,
        _ selection: ExportSelection,
        scratch: () throws -> ScratchFile,
        to write: ([UInt8]) throws -> Void
    ) throws -> ExportSummary {
        try withoutActuallyEscaping(write) { write in
            try read { database in
                let key = try runKey(run, in: database)
                let failed = try failedPositions(of: key, in: database)
                let walk = try ExportWalk(of: key, selection, failed: failed, in: database)
                let (parameters, columns, counts) = (walk.parameters.columns, walk.columns, walk.counts)
                switch format {
                case .csv:
                    let encoder = CSVEncoder(parameters: parameters, columns: columns, counts: counts)
                    return try walk.export(to: TextRows(encoder, columns: columns.count, to: write))
                case .jsonl:
                    let encoder = JSONLinesEncoder(parameters: parameters, columns: columns, counts: counts)
                    return try walk.export(to: TextRows(encoder, columns: columns.count, to: write))
                case .npz:
                    let widths = try walk.textWidths()
                    return try walk.export(
                        to: NumPyRows(
                            parameters: parameters,
                            columns: columns,
                            counts: counts,
                            widths: widths,
                            in: scratch(),
                            to: write
                        )
                    )
                }
            }
        }
    }
}
