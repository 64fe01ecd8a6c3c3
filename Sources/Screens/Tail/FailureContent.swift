// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Vocabulary
import WireProtocol

/// The page of failures: why shards were given up, and what else a person should know.
enum FailureContent {
    static func blocks(_ facts: RunStanding, width: Int, _ signs: ScreenSigns) -> [TextList.Block] {
        var blocks: [TextList.Block] = []
        for failure in facts.failures {
            let title = "\(counted(failure.shards, "shard")) of \(counted(failure.images, "image"))"
            let reason = DisplayWidth.wrap(failure.message, to: width - 4)
            blocks.append([ScreenLine("  \(title)", .alarming)] + reason.map { ScreenLine("    \($0)") } + [.empty])
        }
        if facts.failures.isEmpty {
            let text =
                facts.progress.failedShards > 0
                ? "\(counted(facts.progress.failedShards, "shard")) failed; e on a cell of the overview says why."
                : "No shard has failed."
            blocks += [[], [ScreenLine("  \(text)")], [.empty]]
        }
        let ill = (facts.workers ?? []).filter { !$0.problem.isEmpty }
        if !ill.isEmpty {
            blocks.append([ScreenLine("  workers that cannot work", .strong)])
            blocks += ill.map { worker in
                DisplayWidth.wrap(
                    "\(worker.host):\(worker.process) \(worker.state.rawValue): \(worker.problem)",
                    to: width - 4
                )
                .map { ScreenLine("    \($0)") }
            }
            blocks.append([.empty])
        }
        if !facts.notices.isEmpty {
            blocks.append([ScreenLine("  lately", .strong)])
            blocks += facts.notices.map { DisplayWidth.wrap($0, to: width - 4).map { ScreenLine("    \($0)") } }
        }
        return blocks
    }
}
