// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import Vocabulary
import WireProtocol

/// The page of the workers: who computes, how fast, and what keeps others from it.
enum WorkerContent {
    static func blocks(
        _ facts: RunStanding,
        _ history: SpeedHistory,
        width: Int,
        _ signs: ScreenSigns
    ) -> [TextList.Block] {
        guard let workers = facts.workers else { return [[]] + unknown(facts, width) }
        guard !workers.isEmpty else { return [[]] + none(facts, width) }
        let showsFailed = workers.contains { $0.failedAttempts > 0 }
        let rows = workers.map { entries($0, showsFailed) }
        let table = ScreenTable(columns(showsFailed), rows: rows, width: width, signs)
        var blocks = history.lines(width: width, signs).map { [$0] } + [[table.titles]]
        for (worker, row) in zip(workers, rows) {
            let problem = worker.problem.isEmpty ? [] : DisplayWidth.wrap(problem(worker), to: width - 4)
            blocks.append(table.lines(row) + problem.map { ScreenLine("    \($0)", .alarming) })
        }
        let others = facts.workerCount - workers.count
        if others > 0 { blocks.append([ScreenLine("  and \(counted(others, "more worker"))", .faint)]) }
        if !table.missed.isEmpty {
            blocks.append([ScreenLine("  not shown for lack of width: \(table.missed.joined(separator: " "))", .faint)])
        }
        return blocks
    }

    private static func problem(_ worker: WorkerStatus) -> String {
        worker.failures > 1 ? "\(worker.problem) (\(worker.failures) times in a row)" : worker.problem
    }

    private static func unknown(_ facts: RunStanding, _ width: Int) -> [TextList.Block] {
        let text =
            facts.isGoingOn
            ? "No coordinator answers, and only a coordinator knows its workers. If it runs on another machine, ask it there: "
                + "coordinator tail --connect ENDPOINT"
            : "The run is \(facts.state): it has no workers any more. Who computed what: e on a cell of the overview."
        return paragraph(text, width)
    }

    private static func none(_ facts: RunStanding, _ width: Int) -> [TextList.Block] {
        paragraph("No worker yet. Start one on this or any other machine:", width)
            + [[], [ScreenLine("    worker run --connect \(facts.endpoint ?? "ENDPOINT")", .strong)]]
    }

    private static func paragraph(_ text: String, _ width: Int) -> [TextList.Block] {
        [DisplayWidth.wrap(text, to: width - 4).map { ScreenLine("  \($0)") }]
    }

    private static func columns(_ showsFailed: Bool) -> [ScreenTable.Column] {
        [
            .init("worker", .text(minimum: 8)), .init("host:pid", .text(minimum: 12)),
            .init("state", .text(minimum: 11)),
            .init("img/s", .number), .init("images", .number), .init("queued", .number, rank: 3),
            .init("silent", .number, rank: 2), .init("threads", .number, rank: 4),
            .init("isa", .text(minimum: 6), rank: 5),
        ] + (showsFailed ? [.init("failed", .number, rank: 1)] : [])
    }

    private static func entries(_ worker: WorkerStatus, _ showsFailed: Bool) -> [ScreenTable.Entry] {
        let isIll = [.quarantined, .failing, .stalled].contains(worker.state)
        return [
            .text(String(worker.worker.description.prefix(8))), .text("\(worker.host):\(worker.process)"),
            .text(worker.state.rawValue, isIll ? .alarming : .init(colour: worker.state == .computing ? .green : nil)),
            .text(HumanText.rate(worker.imagesPerSecond)), .text(HumanText.count(worker.imagesDone)),
            .text(HumanText.count(worker.queuedShards)),
            .text("\(HumanText.fixed(worker.silentSeconds, decimals: 1)) s"), .text(HumanText.count(worker.threads)),
            .text(worker.instructionSet),
        ]
            + (showsFailed
                ? [.text(worker.failedAttempts > 0 ? HumanText.count(worker.failedAttempts) : "", .alarming)] : [])
    }
}
