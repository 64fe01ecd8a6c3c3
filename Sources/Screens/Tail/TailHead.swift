// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// The lines above every view: the run, how far it is, and which view this is.
struct TailHead {
    /// Why the source cannot be reached, and since when.
    struct Outage {
        var reason: String
        var since: Double
    }

    let facts: RunStanding
    let outage: Outage?
    let view: TailScreen.View
    /// What is said of the order behind the views' names.
    let remark: String?
    let width: Int
    let signs: ScreenSigns

    func lines(at now: Double) -> [ScreenLine] {
        var lines = [title, ScreenLine(facts.progress.text(width: width))]
        if let outage {
            let ago = HumanText.span(seconds: now - outage.since)
            let text = "reconnecting for \(ago), figures are as they were: \(outage.reason)"
            let wrapped = DisplayWidth.wrap(text, to: width, indent: 2)
            lines = lines.prefix(1) + wrapped.map { ScreenLine($0, .alarming) }
        }
        if let reason = facts.pauseReason { lines.append(ScreenLine("paused: \(reason)", .alarming)) }
        lines += facts.trainings.prefix(3).map { ScreenLine($0) }
        return lines + [tabs]
    }

    private var title: ScreenLine {
        let state: ScreenStyle =
            switch facts.state {
            case "failed", "cancelled", "interrupted": .alarming
            case "complete": .init(bold: true, colour: .green)
            default: .strong
            }
        return ScreenLine("\(facts.sweep)", .strong)
            + ScreenLine("\(signs.separator)run \(facts.run)\(signs.separator)")
            + ScreenLine(facts.state, state)
    }

    private var tabs: ScreenLine {
        let workers = facts.workers == nil ? "" : " (\(HumanText.count(facts.workerCount)))"
        let failed = facts.progress.failedShards > 0 ? " (\(HumanText.count(facts.progress.failedShards)))" : ""
        let names = ["1 overview", "2 cell", "3 workers\(workers)", "4 failures\(failed)"]
        var line = ScreenLine()
        for (view, name) in zip(TailScreen.View.allCases, names) {
            line.append(" \(name) ", view == self.view ? .init(bold: true, reversed: true) : .normal)
        }
        if let remark {
            line.append("  ")
            line.append(remark, .init(bold: true, colour: .yellow))
        }
        return line
    }
}
