// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Launching
import ResultStore
import Vocabulary

/// One `coordinator launch slurm`: from what is asked for to workers that are looked after.
struct SlurmLaunch {
    private let options: LaunchSlurmCommand
    private let queue: SlurmQueue
    private let scripts: SlurmScripts
    private let launchers: Launchers

    /// Finds out everything that the scripts need.
    ///
    /// - Throws: `CommandFailure.usage` where workers could not start, could not connect, or would compute nothing.
    init(_ options: LaunchSlurmCommand, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.options = options
        queue = SlurmQueue(environment: environment)
        launchers = Launchers(environment: environment)
        scripts = try SlurmScripts(options, environment: environment)
    }

    /// What would be submitted.
    func preview() throws -> String {
        let worker = try scripts.workers(options.workers, after: scripts.coordinator == nil ? nil : "JOB").text
        return [scripts.coordinator?.text, worker].compactMap(\.self).joined(separator: "\n")
    }

    /// Submits the job, or the jobs, records them, and looks after them as far as the user wants.
    func perform() async throws {
        let records = try options.records.openForWriting(isApart: scripts.coordinator != nil)
        try await failing {
            if !options.again { try await refuseIfInVain(records) }
            let coordinator = try await submitCoordinator(records)
            let job = try await submit(options.workers, after: coordinator, records)
            if !options.detach { try await lookAfter(job, coordinator, records) }
        }
    }

    private func submitCoordinator(_ records: ResultStore) async throws -> LaunchedJob? {
        guard let script = scripts.coordinator else { return nil }
        // What a coordinator that was killed has left there would send the workers into the void.
        try? FileManager.default.removeItem(atPath: scripts.folder.endpointFile)
        let job = try await submit(script, workers: 0, ["endpoint": scripts.folder.endpointFile], records)
        Terminal.output.tell(lines: ["job \(job.id) on \(job.place): the coordinator, for \(scripts.times.limitText)"])
        return job
    }

    private func submit(
        _ workers: Int,
        after coordinator: LaunchedJob?,
        _ records: ResultStore
    ) async throws -> LaunchedJob {
        let script = try scripts.workers(workers, after: coordinator?.id)
        let job = try await submit(script, workers: workers, [:], records)
        Terminal.output.tell(lines: [
            "job \(job.id) on \(job.place): \(counted(workers, "worker")), each for \(scripts.times.limitText)",
            "script: \(job.details["script"] ?? "")", "logs: \(scripts.folder.path)/\(job.id)_*.log",
        ])
        return job
    }

    private func submit(
        _ script: SlurmScript,
        workers: Int,
        _ details: [String: String],
        _ records: ResultStore
    ) async throws -> LaunchedJob {
        let (folder, now) = (scripts.folder, Date())
        try folder.make()
        let file = try folder.write(script.text, named: script.name, at: now)
        let submitted = try await queue.submit(file)
        var cluster = submitted.cluster
        if cluster == nil { cluster = try await queue.clusterName() }
        let job = LaunchedJob(
            launcher: .slurm,
            place: cluster ?? "slurm",
            id: submitted.id,
            name: script.name,
            run: scripts.run?.id,
            workers: workers,
            launched: now,
            details: details.merging(["logs": folder.path, "script": file]) { $1 }
        )
        try records.add(job)
        return job
    }

    private func lookAfter(_ job: LaunchedJob, _ coordinator: LaunchedJob?, _ records: ResultStore) async throws {
        Terminal.output.tell(lines: ["waiting until one of them has joined; Ctrl-C stops waiting, and not the workers"])
        var watch = LaunchWatch(
            launchers: launchers,
            isOver: { try await isOver(coordinator, records) },
            noteCancelled: { try records.setCancelled($0, at: Date()) }
        )
        if options.watch { watch.replace = { try await submit($0, after: nil, records) } }
        try await watch.watch(job)
        if let coordinator { Terminal.output.tell(lines: Tunnel.lines(to: try await queue.workers(of: [coordinator]))) }
    }

    /// Refuses to go on with what did not work.
    private func refuseIfInVain(_ records: ResultStore) async throws {
        let jobs = try records.launchedJobs().filter { $0.launcher == .slurm && $0.workers > 0 }
        let ended = try await queue.workers(of: jobs.suffix(LaunchWatch.mostInVain)).filter { $0.state == .ended }
        let last = ended.suffix(LaunchWatch.mostInVain)
        guard last.count == LaunchWatch.mostInVain, last.allSatisfy(\.wasInVain), let log = last.last?.log else {
            return
        }
        let words = log.lastLines.last.map { ": \($0)" } ?? ""
        throw CommandFailure.usage(
            "the last \(last.count) workers ended without having joined (\(log.path)\(words)); mend that, and add --again"
        )
    }

    /// Whether the run that the workers were launched for has ended.
    ///
    /// - Throws: `CommandFailure.failed` where the coordinator that was launched for it has ended otherwise.
    private func isOver(_ coordinator: LaunchedJob?, _ records: ResultStore) async throws -> Bool {
        guard let coordinator else {
            guard let run = scripts.run else { return false }
            return [.complete, .cancelled, .failed].contains(try records.run(run.id).state)
        }
        guard let now = try await queue.workers(of: [coordinator]).first, now.state == .ended else { return false }
        guard let outcome = now.outcome, outcome != "COMPLETED" else { return true }
        Terminal.error.tell(lines: now.lastWords)
        throw CommandFailure.failed(
            "the coordinator's job \(coordinator.id) ended (\(outcome.lowercased())); see above"
        )
    }

    private func failing(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as LaunchError {
            throw CommandFailure.failed("\(error)")
        }
    }
}
