// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
package import ResultStore
import Vocabulary

/// A Slurm cluster, by way of its own commands: `squeue` and `scancel`.
///
/// `sacct` is not asked: many clusters keep no accounts. What the queue no longer lists is over, and how it ended its log
/// tells.
package struct SlurmQueue: Launcher {
    /// One line of the queue.
    struct Entry: Hashable {
        var task: String
        var name: String
        var state: String
        var host: String
        var remaining: Duration?
        var reason: String
    }

    private let environment: [String: String]

    /// The cluster that the commands in PATH of `environment` speak to.
    package init(environment: [String: String]) {
        self.environment = environment
    }

    package func workers(of jobs: [LaunchedJob]) async throws -> [LaunchedWorker] {
        guard !jobs.isEmpty else { return [] }
        let entries = try await entries()
        return jobs.flatMap { job in
            job.slurmTasks.map { task in
                Self.worker(job, task, entries.first { $0.task == task && $0.name == job.name })
            }
        }
    }

    package func cancel(_ jobs: [LaunchedJob]) async throws -> [String?] {
        var problems: [String?] = []
        for job in jobs {
            // Clusters begin to count anew: the name tells that it is still this job.
            let outcome = try await run("scancel", ["--name=\(job.name)", job.id])
            let isOver = outcome.errors.contains("Invalid job id")
            problems.append(outcome.isSuccess || isOver ? nil : "scancel \(job.id): \(outcome.reason)")
        }
        return problems
    }

    /// The user's jobs that wait or run.
    private func entries() async throws -> [Entry] {
        let options = ["--noheader", "--array", "--states=all", "--format=%i|%j|%T|%N|%L|%r"]
        let outcome = try await run("squeue", ["--user=\(getuid())"] + options)
        guard outcome.isSuccess else { throw LaunchError("squeue: \(outcome.reason)") }
        return outcome.output.split(separator: "\n").compactMap(Self.entry)
    }

    func run(_ program: String, _ arguments: [String]) async throws -> ExternalCommand.Outcome {
        do {
            return try await ExternalCommand(program, arguments).run(environment: environment)
        } catch let error as LaunchError {
            throw LaunchError("\(error); run this where Slurm's commands are: on a login node of the cluster")
        }
    }

    /// Reads a line of `squeue`.
    static func entry(_ line: Substring) -> Entry? {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 6 else { return nil }
        return Entry(
            task: fields[0],
            name: fields[1],
            state: fields[2],
            host: fields[3],
            remaining: DurationText.duration(fields[4]),
            reason: fields[5...].joined(separator: "|")
        )
    }

    /// A task as the queue lists it, or does not any more.
    static func worker(_ job: LaunchedJob, _ task: String, _ entry: Entry?) -> LaunchedWorker {
        var worker = LaunchedWorker(job, name: task, state: entry?.workerState ?? .ended)
        worker.host = entry.flatMap { $0.host.isEmpty ? nil : $0.host }
        worker.outcome = worker.state == .ended ? entry?.state : nil
        worker.remaining = worker.state == .running ? entry?.remaining : nil
        if let path = job.slurmLog(of: task) {
            // Where a worker that is over left no file, the nodes see another folder than this machine.
            worker.log = WorkerLog(contentsOf: path) ?? (worker.isAlive ? nil : WorkerLog(path: path, Data()))
        }
        return worker
    }
}

extension SlurmQueue.Entry {
    /// States of jobs that are not over; squeue's manual lists all.
    private static let waiting: Set = [
        "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT",
    ]
    private static let running: Set = [
        "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING",
    ]

    fileprivate var workerState: LaunchedWorker.State {
        if Self.waiting.contains(state) { return .waiting(reason) }
        return Self.running.contains(state) ? .running : .ended
    }
}

extension LaunchedJob {
    /// The names of a Slurm job's tasks: `4711_1` and on, or the job's own where it is no array.
    package var slurmTasks: [String] { workers == 0 ? [id] : (1...workers).map { "\(id)_\($0)" } }

    /// Where a task's output goes.
    package func slurmLog(of task: String) -> String? { details["logs"].map { "\($0)/\(task).log" } }
}
