// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Launching
import Reporting
import ResultStore

/// `coordinator launch status`: what has become of launched workers.
struct LaunchStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the workers that were launched for a store's runs: where they are, and whether they joined.",
        discussion: """
            Whether a worker waits or runs, its launcher says (squeue, on a cluster);
            whether it found its coordinator, and what it said last, its log.

            Examples:
              coordinator launch status
              coordinator launch status --all --json
            """
    )

    @OptionGroup var records: LaunchRecords

    @OptionGroup var colour: ColourOption

    @Flag(help: "Also list workers of cancelled jobs, and of jobs that are over.")
    var all = false

    @Flag(help: "Print a JSON array with an object for each worker.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let jobs = try records.openForReading()?.launchedJobs() ?? []
            let workers = try await Launchers().workers(of: jobs)
            let shown = all ? workers : workers.filter { $0.isCurrent(among: workers) }
            let rows = shown.map(LaunchedRow.init)
            if json {
                try Terminal.output.write(ReportJSON.text(rows) + "\n")
            } else if rows.isEmpty {
                let older = jobs.isEmpty ? "nothing was launched" : "nothing that was launched still runs; see --all"
                try Terminal.output.write(lines: [older])
            } else {
                let style = Terminal.output.style(colour.color)
                let table = LaunchTable.lines(rows, width: Terminal.output.width, style: style)
                try Terminal.output.write(lines: table + Tunnel.lines(to: shown))
            }
        }
    }
}

extension LaunchedWorker {
    /// Whether it is of interest now: its job is not over, or is the newest.
    fileprivate func isCurrent(among workers: [LaunchedWorker]) -> Bool {
        if job == workers.last?.job { return true }
        return workers.contains { $0.job == job && $0.state != .ended }
    }
}
