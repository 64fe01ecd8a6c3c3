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

    @OptionGroup var store: StoreOption

    func run() async throws {
        try await reportingErrors {
            let results = try openStore()
            let wanted = try chosen(among: results.launchedJobs())
            guard !wanted.isEmpty else {
                Terminal.output.tell(lines: ["nothing that was launched still runs"])
                return
            }
            let ends = try await Launchers().cancel(wanted)
            try results.setCancelled(ends.filter { $0.problem == nil }.map(\.job), at: Date())
            Terminal.output.tell(lines: ends.filter { $0.problem == nil }.map { "cancelled \($0.job.description)" })
            let problems = ends.compactMap(\.problem)
            if !problems.isEmpty { throw CommandFailure.failed(problems.joined(separator: "\n")) }
        }
    }

    private func openStore() throws -> ResultStore {
        guard FileManager.default.fileExists(atPath: store.store) else {
            throw CommandFailure.usage("\(store.store): there is no such store; name it with --store")
        }
        do {
            return try ResultStore.open(store.store)
        } catch let error as ResultStoreError {
            throw CommandFailure.usage("\(error)")
        }
    }

    private func chosen(among all: [LaunchedJob]) throws -> [LaunchedJob] {
        if jobs.isEmpty { return all.filter { $0.cancelled == nil } }
        return try jobs.map { name in
            guard let job = all.last(where: { $0.id == name || $0.place == name }) else {
                let advice = "see 'coordinator launch status --all'"
                throw CommandFailure.usage("no job '\(name)' was launched for \(store.store); \(advice)")
            }
            return job
        }
    }
}

extension LaunchedJob {
    /// What it is, in a line of its own.
    var description: String { "\(launcher.rawValue) \(place): \(name) \(id)" }
}
