// BitSweep
// SPDX-License-Identifier: Apache-2.0

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
            the end say so: disputed (0 or 1), audits_missing (shards of the run).

            Examples:
              coordinator export --format csv --output results.csv
              coordinator export --run mnist-glow-20260101-120000-1a2b --format jsonl \\
                --output results.jsonl
            """
    )

    @OptionGroup var store: StoreOption

    @Option(help: ArgumentHelp("The run. (default: the newest)", valueName: "ID"))
    var run: String?

    @Option(help: "csv or jsonl.")
    var format: ExportFormat = .csv

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
            let summary = try results.export(record.id, as: format, toFile: output)
            let missing = summary.incompleteCells
            let name = output == "-" ? "standard output" : output
            let rest = missing == 0 ? "" : "; \(counted(missing, "cell", "is", "are")) not complete"
            let failed = summary.failedImages == 0 ? "" : ", and \(counted(summary.failedImages, "image")) failed"
            Terminal.error.tell("\(counted(summary.rows, "row")) of \(record.id) in \(name)\(failed)\(rest)\n")
        }
    }
}

extension ExportFormat: ExpressibleByArgument {}
