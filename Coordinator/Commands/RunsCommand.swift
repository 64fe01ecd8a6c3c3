// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Reporting
import ResultStore

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

    @Flag(help: "Print a JSON array of objects with id, sweep, state, cells and done.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let rows = try store.openForReading().runs().map { run in
                RunRow(id: run.id, sweep: run.sweep, state: run.state.rawValue, cells: run.cells, done: run.done)
            }
            if json {
                try Terminal.output.write(ReportJSON.text(rows) + "\n")
            } else {
                try Terminal.output.write(
                    lines: RunTable.lines(rows, width: Terminal.output.width, style: Terminal.output.style)
                )
            }
        }
    }
}
