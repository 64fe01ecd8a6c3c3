// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import ResultStore
import Vocabulary

/// What failed in a run: the shards that were given up, and attempts that somebody else made good.
struct FailuresPage {
    var facts: RunFacts
    /// The failures of this page, the latest first.
    var failures: [FailureRecord]
    /// Failures of all pages.
    var total: Int
    /// The page, counted from 1.
    var page: Int

    struct Twin: Encodable {
        struct Failure: Encodable {
            var cell: String
            var lower: Int
            var upper: Int
            var attempt: UInt32
            var epoch: UInt64
            var kind: String
            var message: String
            var worker: String
            var host: String
            var time: String
            var isTerminal: Bool
            var log: [String]
        }

        var run: RunFacts
        var total: Int
        var page: Int
        var failures: [Failure]
    }

    var twin: Twin {
        Twin(
            run: facts,
            total: total,
            page: page,
            failures: failures.map { failure in
                Twin.Failure(
                    cell: failure.attempt.shard.cell.description,
                    lower: failure.attempt.shard.lower,
                    upper: failure.attempt.shard.upper,
                    attempt: failure.attempt.attempt,
                    epoch: failure.attempt.epoch,
                    kind: failure.kind,
                    message: failure.message,
                    worker: failure.worker,
                    host: failure.host,
                    time: PageFrame.machineTime(failure.time),
                    isTerminal: failure.isTerminal,
                    log: failure.log
                )
            }
        )
    }

    func html(_ links: Links) -> HTML {
        let paging = Paging(page: page, total: total)
        let table = DataTable(
            caption: "Failures of run \(facts.run), the latest first",
            columns: [
                .init(title: "when"), .init(title: "what became of it"), .init(title: "kind"), .init(title: "cell"),
                .init(title: "images", isNumeric: true), .init(title: "host"), .init(title: "what happened"),
            ],
            rows: failures.map { row($0, links) },
            empty: "<p class=\"empty\">Nothing has failed.</p>"
        )
        return """
            <div id="failures" data-part>
            \(table.html)
            \(paging.html { links.run(facts.run, .failures, [QueryItem("page", "\($0)")]) })</div>
            """
    }

    private func row(_ failure: FailureRecord, _ links: Links) -> [HTML] {
        let shard = failure.attempt.shard
        let address = links.cell(shard.cell, of: facts.run)
        let time: HTML =
            "<time datetime=\"\(PageFrame.machineTime(failure.time))\">\(PageFrame.humanTime(failure.time))</time>"
        let fate: HTML =
            failure.kind == FailureRecord.disputed
            ? "disputed" : failure.isTerminal ? "<strong>given up</strong>" : "tried again"
        let lines: [HTML] = failure.log.map { "\($0)\n" }
        let log: HTML =
            failure.log.isEmpty
            ? "" : "<details><summary>its last lines of log</summary><pre>\(lines)</pre></details>"
        return [
            time, fate, "\(failure.kind)",
            "<a href=\"\(address)\"><code>\(String(shard.cell.description.prefix(8)))</code></a>",
            "\(HumanText.count(shard.lower))–\(HumanText.count(shard.upper - 1))", "\(failure.host)",
            "\(failure.message)\(log)",
        ]
    }
}
