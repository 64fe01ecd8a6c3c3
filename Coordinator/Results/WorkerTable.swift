// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import WireProtocol

/// The workers of `coordinator status`, as a table.
enum WorkerTable {
    /// The lines, without line ends, in no more than `width` columns, where given.
    static func lines(_ workers: [WorkerStatus], width: Int?, style: TextStyle) -> [String] {
        let showsFailed = workers.contains { $0.failedAttempts > 0 }
        var table = TextTable(
            columns: [
                .init("worker", .text(minimum: 8)), .init("host:pid", .text(minimum: 8)),
                .init("state", .text(minimum: 8)), .init("img/s", .number), .init("images", .number),
                .init("queued", .number, dropOrder: 2), .init("threads", .number, dropOrder: 1),
                .init("isa", .text(minimum: 4), dropOrder: 0), .init("silent", .number, dropOrder: 3),
            ] + (showsFailed ? [.init("failed", .number)] : [])
        )
        for worker in workers {
            table.append(
                [
                    .init(String(worker.worker.description.prefix(8)), .strong),
                    .init("\(worker.host):\(worker.process)"),
                    .init(worker.state.rawValue, worker.state.isAlarming ? .alarming : .normal),
                    .init(HumanText.rate(worker.imagesPerSecond)), .init(HumanText.count(worker.imagesDone)),
                    .init(HumanText.count(worker.queuedShards)), .init(HumanText.count(worker.threads)),
                    .init(worker.instructionSet), .init("\(HumanText.fixed(worker.silentSeconds, decimals: 1)) s"),
                ] + (showsFailed ? [.init(alarm: worker.failedAttempts)] : [])
            )
        }
        return table.lines(width: width, style: style)
    }
}

extension WorkerStatus.State {
    fileprivate var isAlarming: Bool {
        switch self {
        case .quarantined, .failing, .stalled: true
        case .idle, .computing, .draining: false
        }
    }
}

extension WorkerStatus: Encodable {
    private enum CodingKeys: String, CodingKey {
        case worker, host, process, threads, instructionSet, state, imagesPerSecond, imagesDone = "images"
        case queuedShards, silentSeconds, problem, failures, failedAttempts
    }

    /// Writes one flat object.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(worker.description, forKey: .worker)
        try container.encode(host, forKey: .host)
        try container.encode(process, forKey: .process)
        try container.encode(threads, forKey: .threads)
        try container.encode(instructionSet, forKey: .instructionSet)
        try container.encode(state.rawValue, forKey: .state)
        try container.encode(imagesPerSecond, forKey: .imagesPerSecond)
        try container.encode(imagesDone, forKey: .imagesDone)
        try container.encode(queuedShards, forKey: .queuedShards)
        try container.encode(silentSeconds, forKey: .silentSeconds)
        try container.encode(failedAttempts, forKey: .failedAttempts)
        if !problem.isEmpty { try container.encode(problem, forKey: .problem) }
        if failures > 0 { try container.encode(failures, forKey: .failures) }
    }
}
