// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import WireProtocol

/// Who computes a run.
struct WorkersPage {
    var facts: RunFacts
    /// The workers; nil where the run's coordinator is not the one that shows the page.
    var workers: [WorkerStatus]?
    /// Where workers connect, as the store knows it.
    var endpoint: String?

    struct Twin: Encodable {
        struct Worker: Encodable {
            var name: String
            var host: String
            var process: UInt32
            var threads: Int
            var instructionSet: String
            var state: String
            var imagesPerSecond: Double
            var imagesDone: Int
            var queuedShards: Int
            var silentSeconds: Double
            var failedAttempts: Int
            var problem: String
        }

        var run: RunFacts
        var workers: [Worker]?
    }

    var twin: Twin {
        Twin(
            run: facts,
            workers: workers?.map { worker in
                Twin.Worker(
                    name: "\(worker.worker)",
                    host: worker.host,
                    process: worker.process,
                    threads: worker.threads,
                    instructionSet: worker.instructionSet,
                    state: worker.state.rawValue,
                    imagesPerSecond: worker.imagesPerSecond,
                    imagesDone: worker.imagesDone,
                    queuedShards: worker.queuedShards,
                    silentSeconds: worker.silentSeconds,
                    failedAttempts: worker.failedAttempts,
                    problem: worker.problem
                )
            }
        )
    }

    func html(_ links: Links) -> HTML {
        "<div id=\"workers\" data-part>\(content)</div>"
    }

    private var content: HTML {
        guard let workers else {
            let why: HTML =
                facts.isGoingOn
                ? "Workers are known to the run's coordinator alone: ask it with <code>coordinator status</code>, or start it with <code>--dashboard</code>."
                : "The run is \(facts.state); nobody works on it."
            return "<p class=\"empty\">\(why)</p>"
        }
        let connect = endpoint.map { " --connect \($0)" } ?? ""
        return DataTable(
            caption: "Workers of run \(facts.run)",
            columns: [
                .init(title: "host"), .init(title: "process", isNumeric: true), .init(title: "state"),
                .init(title: "images/s", isNumeric: true), .init(title: "images", isNumeric: true),
                .init(title: "threads", isNumeric: true), .init(title: "instructions"),
                .init(title: "waiting shards", isNumeric: true),
                .init(title: "silent", isNumeric: true, note: "Time since its last sign of life"),
                .init(title: "failed attempts", isNumeric: true), .init(title: "problem"),
            ],
            rows: workers.map(Self.row),
            empty: "<p class=\"empty\">No worker yet. Start one with <code>worker run\(connect)</code>.</p>"
        ).html
    }

    private static func row(_ worker: WorkerStatus) -> [HTML] {
        [
            "\(worker.host)", "\(worker.process)",
            "<span class=\"badge\" data-badge=\"\(worker.state.rawValue)\">\(worker.state.rawValue)</span>",
            "\(HumanText.rate(worker.imagesPerSecond))", "\(HumanText.count(worker.imagesDone))", "\(worker.threads)",
            "\(worker.instructionSet)", "\(worker.queuedShards)", "\(HumanText.span(seconds: worker.silentSeconds))",
            "\(worker.failedAttempts)", "\(worker.problem)",
        ]
    }
}
