// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Reporting
import ResultStore
import Scheduling
import Statistics
import SweepPlan
import Vocabulary

/// What `coordinator run` tells its user: the beginning, a progress line, notices, and the table at the end.
///
/// People read standard error while it runs and the table on standard output; with `--json` a script reads one object
/// a line on standard output.
struct RunReport: Sendable {
    let isQuiet: Bool
    let isJSON: Bool

    private var isTalking: Bool { !isQuiet && !isJSON }

    /// How often progress is shown: a line that is rewritten may change often, a log must not be flooded.
    var interval: Duration {
        if isJSON { return .milliseconds(500) }
        return Terminal.error.isRewritable ? .milliseconds(200) : .seconds(2)
    }

    func begin(
        _ work: RunWork,
        _ storePath: String,
        endpoint: String,
        _ joining: JoiningLines,
        localWorkers: Int
    ) {
        if isJSON {
            let begun = RunEvent.Begun(
                run: work.run,
                store: storePath,
                endpoint: endpoint,
                reachable: joining.reachable,
                cells: work.cellCount,
                settings: work.settings.texts
            )
            emit(begun)
        }
        guard isTalking else { return }
        let verb = work.isResumed ? "Continuing" : "Run"
        let size = "\(counted(work.cellCount, "cell")), \(counted(work.imageCount, "image"))"
        var lines = ["\(verb) \(work.run): \(size), into \(storePath)"] + work.settings.texts.map { "with \($0)" }
        lines += work.plan.externalLines
        if localWorkers == 0 {
            lines += joining.whereNobodyIs
        } else {
            lines.append("Listening at \(endpoint); watch with: coordinator tail --store \(storePath)")
            lines += [joining.besideLocalWorkers].compactMap(\.self)
        }
        Terminal.error.tell(lines: lines)
    }

    /// The notices since the last call, and the progress line.
    func show(_ status: RunStatus) {
        let notices = status.takeNotices()
        if isJSON { notices.forEach { emit(RunEvent.Notice(notice: $0)) } }
        if !isJSON, !notices.isEmpty {
            clear()
            Terminal.error.tell(lines: notices)
        }
        let now = status.current
        guard now.progress.images.total > 0 else { return }
        if isJSON { emit(RunEvent.Progress(now)) }
        guard isTalking else { return }
        let line = ProgressLine(now).text(width: (Terminal.error.width ?? 121) - 1)
        Terminal.error.tell(Terminal.error.isRewritable ? "\r\u{1B}[K\(line)" : "\(line)\n")
    }

    /// Removes the progress line from the terminal.
    func clear() {
        if isTalking, Terminal.error.isRewritable { Terminal.error.tell("\r\u{1B}[K") }
    }

    func stopping() {
        guard isTalking else { return }
        clear()
        Terminal.error.tell("Stopping: waiting for work in flight (Ctrl-C again leaves at once)\n")
    }

    /// That the process leaves at once, with work in flight.
    func leave(_ status: RunStatus) {
        guard let work = status.current.work, status.takeEnd(), isJSON else { return }
        let (progress, audits) = (status.current.progress, status.current.audits)
        let failed = progress.counts.failedShards
        emit(RunEvent.Ended(work.run, .interrupted, progress, audits, failedShards: failed))
    }

    /// That no run was begun, and why.
    func refuse(_ error: any Error) {
        if isJSON { emit(RunEvent.NotBegun(error: "\(error)")) }
    }

    /// The outcome: a table, what was computed and what was not.
    func end(
        _ ending: CoordinatorLoop.Ending,
        of work: RunWork,
        in store: ResultStore,
        _ status: RunStatus
    ) {
        guard status.takeEnd() else { return }
        let (progress, audits) = (status.current.progress, status.current.audits)
        // Whatever the store still can tell: how the run ended is told all the same.
        let failures = (try? store.failures(of: work.run).filter(\.isTerminal)) ?? []
        if isJSON { emit(RunEvent.Ended(work.run, ending, progress, audits, failedShards: failures.count)) }
        if let problem = ending.problem { Terminal.error.tell(lines: [problem]) }
        guard isTalking else { return }
        if work.cellCount <= Self.largestTable {
            let cells = (try? store.summaries(of: work.run, limit: Self.largestTable))?.cells ?? []
            let rows = cells.flatMap(\.rows)
            Terminal.output.tell(
                lines: SummaryTable.lines(rows, width: Terminal.output.width, style: Terminal.output.style)
            )
        }
        var lines = [Self.outcome(ending, work, progress)]
        lines += FailureLines.groups(failures, by: \.message).prefix(10).map(Self.line)
        if ending.state == .interrupted { lines.append("The same command continues it.") }
        Terminal.error.tell(lines: lines)
    }

    /// Shards that were given up for one reason.
    private static func line(_ group: [FailureRecord]) -> String {
        let last = group[group.count - 1]
        if group.count == 1 { return "failed: \(last.attempt.shard) on \(last.host): \(last.message)" }
        let cells = Set(group.map(\.attempt.shard.cell)).count
        let size = "\(counted(group.count, "shard")) of \(counted(cells, "cell"))"
        return "failed: \(size), the last \(last.attempt.shard) on \(last.host): \(last.message)"
    }

    /// Cells beyond which the final table would be no help.
    private static let largestTable = 200

    private static func outcome(_ ending: CoordinatorLoop.Ending, _ work: RunWork, _ progress: RunProgress) -> String {
        let counts = progress.images
        let time = HumanText.duration(.seconds(progress.elapsedSeconds))
        switch ending {
        case .complete where counts.recorded == 0:
            let cells = work.cellCount == 1 ? "its cell was" : "all \(counted(work.cellCount, "cell")) were"
            return "Run \(work.run) is complete: nothing to compute, \(cells) cached"
        case .complete:
            let cached = counts.cached > 0 ? "; \(counted(counts.cached, "image", "was", "were")) cached" : ""
            return "Run \(work.run) is complete: \(counted(counts.recorded, "image")) in \(time)\(cached)"
        case .failed:
            return "Run \(work.run) ended with \(counted(counts.total - counts.done, "image")) that could not be scored"
        case .cancelled:
            return "Run \(work.run) was cancelled with \(HumanText.count(counts.done)) of "
                + "\(counted(counts.total, "image")) scored; they stay in the store"
        case .takenOver:
            return "Run \(work.run) is another coordinator's; what this one recorded before stays in the store"
        case .interrupted, .broken:
            return "Run \(work.run) was interrupted with \(HumanText.count(counts.done)) of "
                + "\(counted(counts.total, "image")) scored"
        }
    }

    private func emit(_ event: some Encodable) {
        guard let text = try? ReportJSON.text(event) else { return }
        Terminal.output.tell("\(text)\n") { (try? ReportJSON.text(RunEvent.Notice(notice: $0))) ?? $0 }
    }
}
