// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// What the overview says instead of a table without rows.
enum EmptyOverview {
    /// Why there is nothing, and what to do; `filter` is what the cells are filtered by.
    static func lines(
        _ facts: RunStanding,
        _ history: SpeedHistory,
        filter: String,
        width: Int,
        _ signs: ScreenSigns
    ) -> [ScreenLine] {
        if !filter.isEmpty {
            return ["", ScreenLine("  No cell has '\(filter)'. Esc shows all cells again.")]
        }
        if facts.isGoingOn, facts.workers?.isEmpty == true {
            return [.empty] + WorkerContent.blocks(facts, history, width: width, signs).flatMap(\.self)
        }
        let text =
            facts.isGoingOn
            ? "No image is scored yet. The first results come when a worker has finished its first shard."
            : "The run is \(facts.state) and has no results. The same coordinator run command continues it."
        return [.empty] + DisplayWidth.wrap(text, to: width - 4).map { ScreenLine("  \($0)") }
    }
}
