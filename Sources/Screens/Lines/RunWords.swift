// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
package import Statistics
import Vocabulary
import WireProtocol

/// A run in sentences, for who listens to a screen instead of looking at it: no signs that would be read aloud, one
/// sentence for each change of state and for each tenth of the images.
package struct RunWords: Sendable {
    private var said: Said?
    private var isAway = false

    private struct Said: Hashable {
        var state: String
        var tenth: Int
        var workers: Int?
        var failedShards: Int
        var problems: [String]
    }

    package init() {}

    /// The sentences that are due, as a rule none.
    package mutating func lines(for facts: RunStanding) -> [String] {
        let new = Said(
            state: facts.state,
            tenth: facts.progress.percentage / 10,
            workers: facts.workers == nil ? nil : facts.workerCount,
            failedShards: facts.progress.failedShards,
            problems: problems(facts)
        )
        defer { (said, isAway) = (new, false) }
        guard let old = said else { return [opening(facts)] + changes(facts, new, since: nil) }
        return (isAway ? ["The coordinator answers again."] : []) + changes(facts, new, since: old)
    }

    /// The sentences that are due when the source cannot be reached.
    package mutating func lines(forOutage reason: String) -> [String] {
        defer { isAway = true }
        return isAway ? [] : ["Reconnecting: \(reason)"]
    }

    private func opening(_ facts: RunStanding) -> String {
        "Sweep \(facts.sweep), run \(facts.run), \(counted(facts.progress.cells, "cell")), "
            + "\(counted(facts.progress.images, "image"))."
    }

    private func problems(_ facts: RunStanding) -> [String] {
        (facts.workers ?? []).filter { !$0.problem.isEmpty }.map {
            "Worker \($0.host) \($0.process) cannot work: \($0.problem)"
        }
            + facts.failures.map { "\(counted($0.shards, "shard")) failed: \($0.message)" }
    }

    private func changes(_ facts: RunStanding, _ new: Said, since old: Said?) -> [String] {
        var lines: [String] = []
        if new.state != old?.state {
            lines.append("The run is \(facts.state)\(facts.pauseReason.map { ": \($0)" } ?? "").")
        }
        if let workers = new.workers, workers != old?.workers {
            lines.append(workers == 0 ? "No worker is connected." : "\(counted(workers, "worker")) connected.")
        }
        if new.tenth != old?.tenth { lines.append(milestone(facts)) }
        lines += new.problems.filter { !(old?.problems.contains($0) ?? false) }
        return lines
    }

    private func milestone(_ facts: RunStanding) -> String {
        let progress = facts.progress
        let speed = progress.imagesPerSecond.map { ", \(HumanText.rate($0)) images per second" } ?? ""
        let rest = progress.remaining.map { ", about \(HumanText.span(seconds: $0 / .seconds(1))) left" } ?? ""
        return "\(progress.percentage) percent: \(HumanText.count(progress.doneImages)) of "
            + "\(counted(progress.images, "image"))\(speed)\(rest)."
    }

    /// A cell in a sentence.
    package static func line(_ cell: SummarisedCell) -> String {
        let name = "\(cell.modelLabel) on \(cell.spec.dataset), \(cell.spec.transform), seed \(cell.spec.seed)"
        let images =
            cell.isComplete
            ? counted(cell.images, "image")
            : "\(HumanText.count(cell.recordedImages)) of \(counted(cell.images, "image"))"
        var parts = ["\(name): \(images)"]
        if let all = cell.summary?.all {
            let unit = cell.summary?.measure == .correct ? "" : " bits per dimension"
            parts.append("mean \(HumanText.fixed(all.summary.mean, decimals: 4))\(unit)")
            if let text = change(all, of: cell) { parts.append(text) }
            if all.summary.nonFiniteCount > 0 {
                parts.append("\(counted(all.summary.nonFiniteCount, "value")) not finite")
            }
        }
        if cell.failedImages > 0 { parts.append("\(counted(cell.failedImages, "image")) failed") }
        return (parts.joined(separator: ", ") + ".").replacing("−", with: "-")
    }

    private static func change(_ group: CellSummary.Group, of cell: SummarisedCell) -> String? {
        guard cell.spec.transform != .identity, let mean = group.difference?.mean else { return nil }
        let word = mean < 0 ? "down" : "up"
        let error = group.difference?.halfWidth.map { ", plus or minus \(HumanText.fixed($0, decimals: 4))" } ?? ""
        return "\(word) by \(HumanText.fixed(abs(mean), decimals: 4))\(error) from identity"
    }
}
