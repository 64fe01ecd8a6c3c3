// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Reporting
import ResultStore
import Vocabulary
import WireProtocol

/// `coordinator status`: a live run's progress, workers and counts.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the state of a live run: progress, workers, and everything that is counted.",
        discussion: """
            Examples:
              coordinator status
              coordinator status --connect tcp://cluster-head:7461 --json
            """
    )

    @OptionGroup var live: LiveRunOption

    @OptionGroup var colour: ColourOption

    @Flag(help: "Print one JSON object, with every counter.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let snapshot = try await live.exchange().snapshot(SnapshotRequest(run: RunName.ofLiveRun(live.run)))
            if json {
                try Terminal.output.write(ReportJSON.text(StatusObject(snapshot)) + "\n")
            } else {
                try Terminal.output.write(lines: lines(snapshot, Terminal.output))
            }
        }
    }

    private func lines(_ snapshot: Snapshot, _ terminal: Terminal) -> [String] {
        var lines = ["\(snapshot.sweep) · run \(snapshot.run) · \(snapshot.state.rawValue)"]
        lines += snapshot.settings.map { "with \($0)" }
        if let reason = snapshot.pauseReason { lines.append("paused: \(reason)") }
        lines.append(ProgressLine(snapshot).text(width: terminal.width ?? 120))
        lines += snapshot.trainings.map(\.line)
        lines += snapshot.failures.map { failure in
            "failed: \(counted(failure.shards, "shard")) of \(counted(failure.images, "image")): \(failure.message)"
        }
        if snapshot.auditsDone + snapshot.auditsMissing > 0 {
            let (done, missing) = (HumanText.count(snapshot.auditsDone), HumanText.count(snapshot.auditsMissing))
            lines.append("audits: \(done) done, \(missing) not done")
        }
        if snapshot.disputedShards > 0 { lines.append("disputed: \(counted(snapshot.disputedShards, "shard"))") }
        let workers = snapshot.workers
        if !workers.isEmpty {
            let style = terminal.style(colour.color)
            lines += [""] + WorkerTable.lines(workers, width: terminal.width, style: style)
        }
        let others = snapshot.workerCount - workers.count
        if others > 0 { lines.append("… and \(counted(others, "more worker"))") }
        let counters = snapshot.metrics.filter { $0.name.hasSuffix("_total") && $0.value > 0 }
        if !counters.isEmpty { lines += [""] + counters.map(Self.line) }
        if !snapshot.notices.isEmpty { lines += ["", "lately:"] + snapshot.notices.suffix(5).map { "  \($0)" } }
        return lines
    }

    private static func line(_ metric: Metric) -> String {
        let isWhole = metric.value.rounded() == metric.value && metric.value.magnitude < 1e15
        let value = isWhole ? HumanText.count(Int(metric.value)) : HumanText.fixed(metric.value, decimals: 3)
        return "\(metric.name.dropLast("_total".count).replacing("_", with: " ")): \(value)"
    }
}

/// What `status --json` prints.
private struct StatusObject: Encodable {
    var run: String
    var sweep: String
    var state: String
    var pauseReason: String?
    var cells: Int
    var cellsDone: Int
    var images: Int
    var imagesDone: Int
    var failedShards: Int
    var auditsDone: Int
    var auditsMissing: Int
    var disputedShards: Int
    var imagesPerSecond: Double
    var secondsRemaining: Double?
    var workerCount: Int
    var workers: [WorkerStatus]
    var trainings: [RunEvent.Progress.Training]
    var failures: [FailureCount]
    var metrics: [String: Double]
    var notices: [String]
    var settings: [String]

    init(_ snapshot: Snapshot) {
        run = snapshot.run
        sweep = snapshot.sweep
        state = snapshot.state.rawValue
        pauseReason = snapshot.pauseReason
        cells = snapshot.cells
        cellsDone = snapshot.cellsDone
        images = snapshot.images
        imagesDone = snapshot.imagesDone
        failedShards = snapshot.failedShards
        auditsDone = snapshot.auditsDone
        auditsMissing = snapshot.auditsMissing
        disputedShards = snapshot.disputedShards
        imagesPerSecond = snapshot.imagesPerSecond
        secondsRemaining = snapshot.remainingSeconds
        workerCount = snapshot.workerCount
        workers = snapshot.workers
        trainings = snapshot.trainings.map(RunEvent.Progress.Training.init)
        failures = snapshot.failures
        metrics = Dictionary(snapshot.metrics.map { ($0.name, $0.value) }) { first, _ in first }
        (notices, settings) = (snapshot.notices, snapshot.settings)
    }
}

extension FailureCount: Encodable {
    private enum CodingKeys: String, CodingKey {
        case message, shards, images
    }

    /// Writes one flat object.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(message, forKey: .message)
        try container.encode(shards, forKey: .shards)
        try container.encode(images, forKey: .images)
    }
}
