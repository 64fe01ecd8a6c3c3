// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Launching
import ResultStore
import Vocabulary

/// Looks after workers that were just launched, until one has joined; or for as long as the run goes on.
///
/// What cannot work is not tried for ever: after three workers in a row that ended without having found their coordinator,
/// or in failure, nothing more is started, what waits is cancelled, and their last words are shown.
struct LaunchWatch {
    /// Workers in a row that end in vain before it gives up.
    static let mostInVain = 3

    let launchers: Launchers
    /// Has so many workers launched again; nil where those that end are not replaced.
    var replace: ((Int) async throws -> LaunchedJob)?
    /// Whether there is nothing to compute any more.
    let isOver: () async throws -> Bool
    /// Notes that jobs were cancelled.
    let noteCancelled: ([LaunchedJob]) throws -> Void
    /// Time between two looks, at first and at most: schedulers do not like to be asked often.
    var pauses: (first: Duration, longest: Duration) = (.seconds(2), .seconds(30))

    /// Watches the workers of `job`.
    ///
    /// - Throws: `CommandFailure.failed` when it gave up.
    func watch(_ job: LaunchedJob) async throws {
        var (jobs, pause, told) = ([job], pauses.first, "")
        while true {
            let workers = try await launchers.workers(of: jobs)
            try await giveUpIfInVain(workers, jobs)
            let line = Self.line(workers)
            if line != told { Terminal.output.tell(lines: [line]) }
            told = line
            if try await isOver() { return Terminal.output.tell(lines: ["the run is over"]) }
            if replace == nil, workers.contains(where: { $0.log?.hasJoined == true }) { return }
            if let another = try await replacement(job, for: workers) { jobs.append(another) }
            try await Task.sleep(for: pause)
            pause = min(pause * 1.5, pauses.longest)
        }
    }

    private func replacement(_ job: LaunchedJob, for workers: [LaunchedWorker]) async throws -> LaunchedJob? {
        let missing = job.workers - workers.count(where: \.isAlive)
        guard let replace, missing > 0 else { return nil }
        return try await replace(missing)
    }

    private func giveUpIfInVain(_ workers: [LaunchedWorker], _ jobs: [LaunchedJob]) async throws {
        let ended = workers.filter { $0.state == .ended }
        let last = ended.suffix(Self.mostInVain)
        let isHopeless = last.count == Self.mostInVain || !workers.contains(where: \.isAlive)
        guard !last.isEmpty, isHopeless, last.allSatisfy(\.isFailure) else { return }
        let ends = try await launchers.cancel(jobs)
        try noteCancelled(ends.filter { $0.problem == nil }.map(\.job))
        for worker in last { Terminal.error.tell(lines: worker.lastWords) }
        let what = last.allSatisfy(\.wasInVain) ? "ended without having joined the run" : "failed"
        throw CommandFailure.failed(
            "\(counted(last.count, "worker")) in a row \(what), so no more are started; see their logs above"
        )
    }

    private static func line(_ workers: [LaunchedWorker]) -> String {
        let running = workers.filter { $0.state == .running }
        let joined = running.count { $0.log?.hasJoined == true }
        let waiting = workers.filter { if case .waiting = $0.state { true } else { false } }
        var parts = ["\(running.count) running, of which \(joined) joined"]
        if let first = waiting.first, case .waiting(let reason) = first.state {
            parts.append("\(waiting.count) waiting" + (reason.isEmpty || reason == "None" ? "" : " (\(reason))"))
        }
        let ended = workers.count { $0.state == .ended }
        if ended > 0 { parts.append("\(ended) ended") }
        return "workers: " + parts.joined(separator: ", ")
    }
}

extension LaunchedWorker {
    /// Whether it ended without any use, or not as a worker should.
    fileprivate var isFailure: Bool { wasInVain || outcome == "FAILED" || outcome == "NODE_FAIL" }

    /// What it printed last, under a line that says who and where.
    var lastWords: [String] {
        let title = "\(name)\(host.map { " on \($0)" } ?? ""), \(log?.path ?? "without a log"):"
        let lines = log?.lastLines ?? []
        let nothing = "  (nothing: do the nodes see this folder?)"
        return [title] + (lines.isEmpty ? [nothing] : lines.map { "  \($0)" })
    }
}
