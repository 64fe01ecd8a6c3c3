// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Launching
import ResultStore

/// `coordinator launch cancel`: ends launched workers.
struct LaunchCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End launched workers: those of one job, or all.",
        discussion: """
            A worker that is ended hands in what it has finished; what it was computing is
            given to others. The run goes on; 'coordinator cancel' ends it.

            Examples:
              coordinator launch cancel
              coordinator launch cancel 4711
            """
    )

    @Argument(help: ArgumentHelp("Jobs, as 'launch status' names them. (default: all)", valueName: "job"))
    var jobs: [String] = []

    @OptionGroup var records: LaunchRecords

    func run() async throws {
        try await reportingErrors {
            let wanted = try chosen(among: records.openForReading()?.launchedJobs() ?? [])
            guard !wanted.isEmpty else {
                Terminal.output.tell(lines: ["nothing was launched that is not cancelled"])
                return
            }
            let results = try records.openForWriting(isApart: false)
            let ends = try await Launchers().cancel(wanted)
            try results.setCancelled(ends.filter { $0.problem == nil }.map(\.job), at: Date())
            Terminal.output.tell(lines: ends.filter { $0.problem == nil }.map { "cancelled \($0.job.description)" })
            let problems = ends.compactMap(\.problem)
            if !problems.isEmpty { throw CommandFailure.failed(problems.joined(separator: "\n")) }
        }
    }

    private func chosen(among all: [LaunchedJob]) throws -> [LaunchedJob] {
        if jobs.isEmpty { return all.filter { $0.cancelled == nil } }
        return try jobs.map { name in
            guard let job = all.last(where: { $0.id == name || $0.place == name }) else {
                let advice = "see 'coordinator launch status --all'"
                throw CommandFailure.usage("no job '\(name)' was launched for \(records.store.store); \(advice)")
            }
            return job
        }
    }
}

extension LaunchedJob {
    /// What it is, in a line of its own.
    var description: String { "\(launcher.rawValue) \(place): \(name) \(id)" }
}
