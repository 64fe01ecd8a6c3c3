// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Reporting
import ResultStore
import SweepPlan

/// `coordinator runs`: the runs of a store, newest first.
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs of a store, newest first.",
        discussion: """
            Examples:
              coordinator runs
              coordinator runs --store mnist.sqlite --json
            """
    )

    @OptionGroup var store: StoreOption

    @OptionGroup var colour: ColourOption

    @Flag(
        help:
            "Print a JSON array of objects with id, sweep, state, cells, done, failed, settings, and what came of audits."
    )
    var json = false

    func run() async throws {
        try await reportingErrors {
            let results = try store.openForReading()
            let rows = try results.runs().map { run in
                RunRow(
                    run,
                    failed: try results.failedImages(of: run.id),
                    settings: SweepSettings(of: try results.sweepText(of: run.id))
                )
            }
            if json {
                try Terminal.output.write(ReportJSON.text(rows) + "\n")
            } else {
                try Terminal.output.write(
                    lines: RunTable.lines(
                        rows,
                        width: Terminal.output.width,
                        style: Terminal.output.style(colour.color)
                    )
                )
            }
        }
    }
}

extension RunRow {
    /// A run as the store knows it.
    fileprivate init(_ run: RunRecord, failed: Int, settings: SweepSettings) {
        self.init(
            id: run.id,
            sweep: run.sweep,
            state: run.state.rawValue,
            cells: run.cells,
            done: run.done,
            failed: failed
        )
        if run.audits.done + run.audits.missing > 0 { (audits, auditsMissing) = (run.audits.done, run.audits.missing) }
        if run.disputedShards > 0 { disputed = run.disputedShards }
        if !settings.isEmpty { self.settings = settings.texts }
    }
}
