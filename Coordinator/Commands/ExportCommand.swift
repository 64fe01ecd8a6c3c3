// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
public import ArgumentParser
import CommandLine
import Foundation
import Reporting
public import ResultStore
import Vocabulary

/// `coordinator export`: a run's results, one row per image per cell.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a run's results to a file, one row per image per cell.",
        discussion: """
            Rows are sorted by cell and index, so the file's bytes depend on the results
            alone: two runs of one sweep give equal files. Columns begin with cell, model,
            dataset, split, index, class, transform, parameters, seed, bpd. Where audits
            that were asked for were not done, or workers gave different rows, columns at
            the end say so: disputed (0 or 1), audits_missing (shards of the run). The last
            columns are the parameters of the run's transforms: dx, scale, mask and so on.
            npz is for numpy.load: an array for each column, where the array cell gives
            places in cells_id, cells_model, cells_dataset and so on.

            A run that is not complete is refused, with code 1, unless --partial says that
            what is recorded so far will do. Images that failed count as missing.

            Examples:
              coordinator export --output results.csv
              coordinator export --run mnist-glow --format jsonl --output results.jsonl
              coordinator export --run @2 --partial --output so-far.csv
              coordinator export --format npz --columns bpd,nll --output results.npz
              coordinator export --where 'model=glow* class=1,7' --output ones.csv
            """
    )

    @OptionGroup var store: StoreOption

    @Option(help: .run, completion: .custom(Completion.runs))
    var run: String?

    @Option(help: "csv, jsonl or npz.")
    var format: ExportFormat = .csv

    @Option(
        help: ArgumentHelp(
            "Only these columns: of numbers in this order, such as bpd,nll, and of parameters. (default: all)",
            valueName: "NAME,NAME"
        )
    )
    var columns: ColumnList?

    @OptionGroup var filter: FilterOption

    @Flag(help: "Export a run that is not complete as far as it is recorded.")
    var partial = false

    @Option(
        help: ArgumentHelp(
            "The file to write; it appears when it is complete. - is standard output.",
            valueName: "FILE"
        )
    )
    var output: String

    func run() async throws {
        try await reportingErrors {
            let results = try store.openForReading()
            let record = try store.run(run, in: results)
            let filter = try filter.parsed()
            try requireWhole(record, in: results)
            let selection = ExportSelection(
                columns: columns?.names,
                includes: { filter.matches($0) },
                includesClass: { filter.includes(imagesOf: Int($0)) }
            )
            let scratch = FileManager.default.temporaryDirectory.path
            let summary: ExportSummary
            do {
                summary = try results.export(record.id, as: format, selection, scratch: scratch, toFile: output)
            } catch let error as ExportError {
                throw CommandFailure.usage(error.description)
            }
            let missing = summary.incompleteCells
            let name = output == "-" ? "standard output" : output
            let rest = missing == 0 ? "" : "; \(counted(missing, "cell", "is", "are")) not complete"
            let failed = summary.failedImages == 0 ? "" : ", and \(counted(summary.failedImages, "image")) failed"
            Terminal.error.tell("\(counted(summary.rows, "row")) of \(record.id) in \(name)\(failed)\(rest)\n")
        }
    }
}

extension ExportCommand {
    /// Refuses a run of which something is missing, unless a part is asked for.
    private func requireWhole(_ run: RunRecord, in results: ResultStore) throws {
        let missing = run.images - run.recordedImages
        guard missing > 0, !partial else { return }
        let failed = try results.failedImages(of: run.id)
        let why = failed > 0 ? ", of which \(counted(failed, "image")) failed" : ""
        throw CommandFailure.failed(
            "run \(run.id) is \(run.state.rawValue): \(counted(missing, "image", "is", "are")) missing of \(grouped(run.images))\(why); "
                + "--partial exports what is recorded"
        )
    }
}

extension ExportFormat: ExpressibleByArgument {}

/// Names of columns, with commas between them.
struct ColumnList: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard names.allSatisfy(ColumnName.isValid) else { return nil }
    }
}
